/** Made from docs/handbook*.md by the build (vite.config.ts), as HTML. */
declare module "virtual:handbook" {
  export const chinese: string;
  export const english: string;
}
