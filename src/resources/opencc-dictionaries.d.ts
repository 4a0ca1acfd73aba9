/** A dictionary of opencc-js: `phrase replacement|phrase replacement|…`. */
declare module "opencc-js/dict/*" {
  const dictionary: string;
  // biome-ignore lint/style/noDefaultExport: opencc-js has no other.
  export default dictionary;
}
