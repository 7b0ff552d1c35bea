-- A key is worth what its maker still may: whoever made it (through other keys, too) is there, not disabled, and may still give the role that it has.
-- Asked with each use of a key; both tables are small and read by key.
create function api_key_stands(key uuid, now timestamptz) returns boolean language sql stable as $$
  with recursive chain as (
    select k.workspace, k.made_by, k.role, 1 as depth from api_key k where k.id = key
    union all
    select p.workspace, p.made_by, c.role, c.depth + 1 from chain c
      join api_key p on p.workspace = c.workspace and c.made_by = 'key:' || p.name and (p.ends_at is null or p.ends_at > now)
    where c.depth < 10
  )
  select exists (
    select 1 from chain c join person m on c.made_by = 'person:' || m.name and not m.is_disabled
    where m.is_admin or exists (
      select 1 from member r where r.workspace = c.workspace and r.person = m.id and r.role in ('administrator', 'owner')
        and (c.role is distinct from 'owner' or r.role = 'owner')
    )
  )
$$;
