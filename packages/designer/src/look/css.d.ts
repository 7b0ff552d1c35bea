/** Style sheets are brought by the build; TypeScript only needs to know that there are some. */
declare module "*.css";
