/** Where an expression means something else here than to MariaDB, and why. */
export interface Difference {
  readonly text: string;
  /** Texts in quotes, errors by code. */
  readonly ours: string;
  /** As MariaDB writes it. */
  readonly mariadb: string;
  readonly why: string;
}

const COUNT = "exact decimals of any size: no overflow of integers";
const DIVISION = "a quotient has 20 places, not four more than its operands; round it where the target wants fewer";
const ZERO = "division by zero is an error, so that no amount is lost in silence";
const NO_NUMBER = "a text that is no number in arithmetic is an error, not the number it begins with";
const NO_DATE = "a text that is no date is an error, so that no date is lost in silence";
const PLACES = "zeros behind the point are not kept in a calculated number; ROUND, TRUNCATE, FORMAT and CAST AS DECIMAL write them";
const TEMPORAL = "dates are texts: they are neither numbers nor normalised where they are compared";
const TRUTH = "the text true is TRUE where a boolean stands beside it, because lookups and JSON give such texts";
const RANGE = "out of range is an error, not NULL or the nearest value";
const PATTERN = "RE2 runs in linear time: no look-around, no back references";
const AS_MYSQL = "as MySQL 8 has it";
const JSON_FORM = "JSON is written without blanks between its parts";
const COLLATION = "letters with and without an accent differ; only case and blanks behind are looked away from";

export const DIFFERENCES: readonly Difference[] = [
  {
    text: "1234567890123456789*10",
    ours: "12345678901234567890",
    mariadb: "error",
    why: COUNT,
  },
  {
    text: "18446744073709551615+1",
    ours: "18446744073709551616",
    mariadb: "error",
    why: COUNT,
  },
  { text: "({{price}}-2.5)/{{qty}}", ours: "3.33333333333333333333", mariadb: "3.333333", why: DIVISION },
  { text: "1/3", ours: "0.33333333333333333333", mariadb: "0.3333", why: DIVISION },
  { text: "floor(10/3*3)", ours: "10", mariadb: "9", why: "a quotient keeps guard digits: a third of ten, thrice, is ten" },
  { text: "concat(1/4,'')", ours: "'0.25'", mariadb: "0.2500", why: PLACES },
  { text: "1/0", ours: "error EXPRESSION_DIVISION_BY_ZERO", mariadb: "NULL", why: ZERO },
  { text: "5 % 0", ours: "error EXPRESSION_DIVISION_BY_ZERO", mariadb: "NULL", why: ZERO },
  { text: "5 div 0", ours: "error EXPRESSION_DIVISION_BY_ZERO", mariadb: "NULL", why: ZERO },
  { text: "mod(5,0)", ours: "error EXPRESSION_DIVISION_BY_ZERO", mariadb: "NULL", why: ZERO },
  { text: "ifnull({{price}}/{{zero}},0)", ours: "error EXPRESSION_DIVISION_BY_ZERO", mariadb: "0.000000", why: ZERO },
  { text: "'12元'+1", ours: "error EXPRESSION_NOT_NUMBER", mariadb: "13", why: NO_NUMBER },
  { text: "'abc'*2", ours: "error EXPRESSION_NOT_NUMBER", mariadb: "0", why: NO_NUMBER },
  { text: "round('12abc',1)", ours: "error EXPRESSION_NOT_NUMBER", mariadb: "12.0", why: NO_NUMBER },
  { text: "cast('12abc' as signed)", ours: "error EXPRESSION_NOT_NUMBER", mariadb: "12", why: NO_NUMBER },
  { text: "cast('abc' as decimal(10,2))", ours: "error EXPRESSION_NOT_NUMBER", mariadb: "0.00", why: NO_NUMBER },
  { text: "concat(1.50*2,'')", ours: "'3'", mariadb: "3.00", why: PLACES },
  { text: "date('abc')", ours: "error EXPRESSION_NOT_DATE", mariadb: "NULL", why: NO_DATE },
  { text: "date_format('2024-02-30','%Y')", ours: "error EXPRESSION_NOT_DATE", mariadb: "NULL", why: NO_DATE },
  { text: "date_add('2024-13-01', interval 1 day)", ours: "error EXPRESSION_NOT_DATE", mariadb: "NULL", why: NO_DATE },
  { text: "hour('25点')", ours: "error EXPRESSION_NOT_DATE", mariadb: "0", why: NO_DATE },
  {
    text: "year('0000-00-00')",
    ours: "NULL",
    mariadb: "0",
    why: "the zero date is no date: NULL, so that IFNULL and COALESCE can deal with it",
  },
  { text: "now()+0", ours: "error EXPRESSION_NOT_NUMBER", mariadb: "20240501134507", why: TEMPORAL },
  { text: "date('2024-05-01')='2024-5-1'", ours: "0", mariadb: "1", why: TEMPORAL },
  { text: "'true'=true", ours: "1", mariadb: "0", why: TRUTH },
  { text: "case 'true' when true then 'y' else 'n' end", ours: "'y'", mariadb: "n", why: TRUTH },
  { text: "date_add('9999-12-31', interval 1 day)", ours: "error TIME_OUT_OF_RANGE", mariadb: "NULL", why: RANGE },
  { text: "cast(12345 as decimal(4,1))", ours: "error EXPRESSION_INVALID", mariadb: "999.9", why: RANGE },
  { text: "cast(-1 as unsigned)", ours: "error EXPRESSION_INVALID", mariadb: "18446744073709551615", why: RANGE },
  { text: "'foobar' regexp 'foo(?=bar)'", ours: "error EXPRESSION_PATTERN", mariadb: "1", why: PATTERN },
  { text: "'aa' regexp '(a)\\\\1'", ours: "error EXPRESSION_PATTERN", mariadb: "1", why: PATTERN },
  {
    text: "regexp_replace('a1','([0-9])','$1$1')",
    ours: "'a11'",
    mariadb: "a$1$1",
    why: "both $1 and \\\\1 name what brackets matched, so that patterns of MySQL 8 and of MariaDB go on working",
  },
  { text: "locate('','abc',4)", ours: "4", mariadb: "0", why: AS_MYSQL },
  {
    text: "date_add('2024-05-01 10:00:00', interval 1.5 second)",
    ours: "'2024-05-01 10:00:01.500000'",
    mariadb: "2024-05-01 10:00:01.5",
    why: AS_MYSQL,
  },
  { text: "lpad('a',3,'')", ours: "''", mariadb: "NULL", why: AS_MYSQL },
  {
    text: "str_to_date('2024-02-30','%Y-%m-%d')",
    ours: "NULL",
    mariadb: "2024-02-30",
    why: "the 30th of February is no date for any target",
  },
  { text: "str_to_date('2024-05','%Y-%m')", ours: "NULL", mariadb: "2024-05-00", why: "a date without a day is no date for any target" },
  { text: `json_extract('{"a":{"b":1}}','$.a')`, ours: "'{\"b\":1}'", mariadb: '{"b": 1}', why: JSON_FORM },
  { text: "json_extract('[1,[2,3]]','$[*]')", ours: "'[1,[2,3]]'", mariadb: "[1, [2, 3]]", why: JSON_FORM },
  { text: "json_extract('{a:1}','$.a')", ours: "error EXPRESSION_INVALID", mariadb: "NULL", why: "what is no JSON is an error, not NULL" },
  { text: "'é'='e'", ours: "0", mariadb: "1", why: COLLATION },
  { text: "from_unixtime(-1)", ours: "'1970-01-01 07:59:59'", mariadb: "NULL", why: "times before 1970 are times" },
  { text: "(select 1)", ours: "error EXPRESSION_INVALID", mariadb: "1", why: "one expression over the record, no queries" },
  {
    text: "rand()<2",
    ours: "error EXPRESSION_NAME_UNKNOWN",
    mariadb: "1",
    why: "the same record gives the same request, so nothing of chance",
  },
  { text: "version() is null", ours: "error EXPRESSION_NAME_UNKNOWN", mariadb: "0", why: "functions of a database server are unknown" },
  { text: "repeat('a',2000000) is null", ours: "error VALUE_TOO_LARGE", mariadb: "0", why: "texts are bounded at 1,048,576 characters" },
  {
    text: `json_extract('{"a":"x"}','$.a') = 'x'`,
    ours: "0",
    mariadb: "1",
    why: "a JSON text is compared in its quotes; JSON_UNQUOTE and JSON_VALUE take them off",
  },
  {
    text: "date('240501')",
    ours: "error EXPRESSION_NOT_DATE",
    mariadb: "2024-05-01",
    why: "years of two digits are read by STR_TO_DATE alone",
  },
  { text: "str_to_date('','%Y-%m-%d')", ours: "NULL", mariadb: "0000-00-00", why: "nothing is no date" },
  { text: "time('2024-05-01 08:00:00.5')", ours: "'08:00:00.500000'", mariadb: "08:00:00.5", why: AS_MYSQL },
  { text: "greatest('a',1)", ours: "'a'", mariadb: "1", why: AS_MYSQL },
  { text: "isnull(1/0)", ours: "error EXPRESSION_DIVISION_BY_ZERO", mariadb: "1", why: ZERO },
  { text: "'a' 'b'", ours: "error EXPRESSION_INVALID", mariadb: "ab", why: "two texts side by side are a slip; CONCAT joins them" },
  { text: "18446744073709551616 | 0", ours: "error EXPRESSION_INVALID", mariadb: "18446744073709551615", why: RANGE },
  { text: "0x10", ours: "error EXPRESSION_INVALID", mariadb: "\u0010", why: "there are no hexadecimal literals" },
];
