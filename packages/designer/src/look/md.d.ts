/** Markdown is brought by the build, as HTML. */
declare module "*.md" {
  const html: string;
  export default html;
}
