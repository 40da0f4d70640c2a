/** The style of the page: nothing is loaded, and dark and light follow the reader's system. */
export const STYLE = `:root{color-scheme:light dark;--ok:#1a7f37;--degraded:#9a6700;--failed:#cf222e;--unknown:#59636e;--text:#1f2328;--soft:#59636e;--line:#d1d9e0;--back:#fff;--card:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--ok:#3fb950;--degraded:#d29922;--failed:#ff7b72;--unknown:#9198a1;--text:#f0f6fc;--soft:#9198a1;--line:#3d444d;--back:#0d1117;--card:#151b23}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main,form,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
h1{font-size:1.5rem;margin:1.5rem 0 .25rem}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:.25rem 0;overflow-wrap:anywhere}
.summary{font-size:1.125rem}
ul,ol{list-style:none;margin:0;padding:0}
.checks{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(22rem,100%),1fr))}
.checks li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem;min-width:0}
.head{display:flex;flex-wrap:wrap;gap:.25rem .5rem;align-items:center}
.head .word{margin-left:auto;font-weight:600}
.soft{color:var(--soft);font-size:.875rem}
.shape{width:1rem;height:1rem;flex:none;fill:currentColor}
.ink{fill:none;stroke:var(--card);stroke-width:2}
.ring,.line{fill:none;stroke:currentColor;stroke-width:2}
.ring{stroke-dasharray:3 2}
.line{stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke;stroke-width:1.5}
.ok{color:var(--ok)}.degraded{color:var(--degraded)}.failed{color:var(--failed)}.unknown{color:var(--unknown)}
figure{margin:.5rem 0 0}
figcaption,summary,.readout,time{font-size:.8125rem}
figcaption,summary,.readout{color:var(--soft)}
.readout{margin:0}
.chart{display:block;width:100%;height:1.75rem;background:var(--back);border:1px solid var(--line);border-radius:.25rem}
.chart rect{fill:currentColor}
.chart .mark{stroke:var(--text);stroke-width:2;vector-effect:non-scaling-stroke}
details{overflow-x:auto}
table{border-collapse:collapse;font-size:.8125rem;width:100%}
th,td{text-align:left;padding:.125rem .5rem .125rem 0;vertical-align:top}
.changes li{padding:.25rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--text);outline-offset:2px}
input,button{font:inherit;color:inherit;background:var(--back);border:1px solid var(--soft);border-radius:.25rem;padding:.25rem .5rem;max-width:100%}
form{margin-top:2rem}
footer{padding-bottom:2rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media print{form,footer,summary,.readout{display:none}.checks li{break-inside:avoid;background:none}}`;
