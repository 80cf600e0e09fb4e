/** The product's mark; its name stands beside it. */
export const Mark = ({ size = 28 }: { readonly size?: number }) => (
  <img src={mark} alt="" width={size} height={size} />
);

const mark = new URL("./icon.svg", import.meta.url).href;
