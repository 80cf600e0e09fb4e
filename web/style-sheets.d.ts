/** Style sheets go into the bundle by being imported; they give no names. */
declare module "*.css" {}
