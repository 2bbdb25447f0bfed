# SPDX-License-Identifier: Apache-2.0
# Draws the lines of a terminal as an SVG. They stay text: they can be searched, selected and read out.
function escaped(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}

function colour_of(line) {
    if (line ~ /^\$ #/) return "#7ee787"
    if (line ~ /^\$ /) return "#f0f6fc"
    return "#b1bac4"
}

{ lines[++count] = $0 }

END {
    width = int(columns * 8.43) + 32
    height = count * 20 + 54
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " width " " height "\" role=\"img\" aria-labelledby=\"t\""
    print "  font-family=\"DejaVu Sans Mono, ui-monospace, Menlo, Consolas, monospace\" font-size=\"14\">"
    print "<title id=\"t\">A terminal with mqtts-pub and mqtts-sub</title>"
    print "<rect width=\"" width "\" height=\"" height "\" rx=\"8\" fill=\"#161b22\"/>"
    print "<circle cx=\"22\" cy=\"18\" r=\"6\" fill=\"#ff5f57\"/>"
    print "<circle cx=\"42\" cy=\"18\" r=\"6\" fill=\"#febc2e\"/>"
    print "<circle cx=\"62\" cy=\"18\" r=\"6\" fill=\"#28c840\"/>"
    for (i = 1; i <= count; ++i) {
        if (lines[i] == "") continue
        print "<text x=\"16\" y=\"" i * 20 + 30 "\" textLength=\"" length(lines[i]) * 8.43 "\" fill=\"" \
            colour_of(lines[i]) "\" xml:space=\"preserve\">" escaped(lines[i]) "</text>"
    }
    print "</svg>"
}
