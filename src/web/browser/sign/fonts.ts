import { useEffect, useState } from "preact/hooks";

/** Draws again when a part of a font has arrived: what was measured before was another font. */
export function useFontsSettled(): void {
  const [, setCount] = useState(0);
  useEffect(() => {
    const again = () => setCount((count) => count + 1);
    document.fonts.addEventListener("loadingdone", again);
    return () => document.fonts.removeEventListener("loadingdone", again);
  }, []);
}
