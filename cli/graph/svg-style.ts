/** Colours in a light and in a dark scheme. */
export const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1b1f24 }
.name { font-weight: 600; font-size: 15px } .small { font-size: 12px; fill: #57606a }
.page { fill: #ffffff } .site { fill: #f6f8fa; stroke: #8c959f } .far { fill: #f6f8fa; stroke: #8c959f; stroke-dasharray: 5 4 }
.active { fill: #dafbe1; stroke: #1a7f37 } .standby { fill: #ffffff; stroke: #8c959f }
.tunnel { stroke: #0969da; stroke-width: 2 } .pair { stroke: #8c959f; stroke-dasharray: 3 3 } .label { fill: #ffffff }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9ea7b1 }
.page { fill: #0d1117 } .site, .far { fill: #161b22; stroke: #6e7681 }
.active { fill: #12361f; stroke: #3fb950 } .standby { fill: #0d1117; stroke: #6e7681 }
.tunnel { stroke: #58a6ff } .pair { stroke: #6e7681 } .label { fill: #0d1117 }
}
`;
