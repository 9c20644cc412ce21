/** The colours of the dashboard, light and dark: every pair of text and ground keeps a contrast of 4.5 to 1 or better. */
export const palette = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f7; --paper: #ffffff; --head: #fafbfb; --tint: #f3f6f6; --code: #f7f8f9; --field: #ffffff;
  --ink: #182024; --soft: #56626a; --line: #e2e6e9; --edge: #b9c2c7; --shade: rgb(24 32 36 / 0.06);
  --accent: #0b6b60; --accent-strong: #085a50; --on-accent: #ffffff;
  --ok: #0a673b; --ok-ground: #e4f5ea; --bad: #a8201a; --bad-ground: #fdecea;
  --chart-good: #2f9e7d; --chart-poor: #d64545; --chart-line: #7a6bd1;
  --wait: #7a4a00; --wait-ground: #fdf2dd; --idle: #48545b; --idle-ground: #edf0f2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101517; --paper: #181e21; --head: #1b2225; --tint: #1f272a; --code: #12181a; --field: #12181a;
    --ink: #e6ecee; --soft: #9fadb3; --line: #2a3337; --edge: #46535a; --shade: rgb(0 0 0 / 0.4);
    --accent: #6fd3c4; --accent-strong: #8fe0d3; --on-accent: #06231f;
    --ok: #7edaa2; --ok-ground: #13301f; --bad: #ff9f96; --bad-ground: #3a1a18;
    --chart-good: #3fae8c; --chart-poor: #e8695f; --chart-line: #a99cf0;
    --wait: #efc178; --wait-ground: #352a14; --idle: #b4c0c6; --idle-ground: #263034;
  }
}
`;
