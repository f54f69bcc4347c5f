/// Rows of texts in columns, as a terminal shows them.
struct TextTable {
    /// A column: its heading and whether its cells are numbers, which stand at the right and are never cut.
    struct Column {
        let heading: String
        let isNumeric: Bool

        init(_ heading: String, isNumeric: Bool = false) {
            self.heading = heading
            self.isNumeric = isNumeric
        }
    }

    private let columns: [Column]
    private let rows: [[String]]

    init(_ columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows.map { $0.map(\.printable) }
    }

    private static let gap = "  "
    /// Narrower than this no text says anything.
    private static let narrowest = 6

    /// The table in lines, without a blank at their ends; texts are cut where the width asks for it.
    func text(width: Int?) -> String {
        let widths = fitted(to: width)
        var lines = [
            line(columns.map(\.heading), widths),
            widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.gap),
        ]
        lines += rows.map { line($0, widths) }
        return lines.joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = zip(zip(cells, columns), widths).map { pair, width in
            pair.0.fitted(to: width, right: pair.1.isNumeric)
        }.joined(separator: Self.gap)
        while text.last == " " { text.removeLast() }
        return text
    }

    private func fitted(to width: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].heading.displayWidth) { max($0, $1[index].displayWidth) }
        }
        guard let width else { return widths }
        var excess = widths.reduce(0, +) + Self.gap.count * (widths.count - 1) - width
        // The widest text gives way first.
        while excess > 0 {
            let texts = columns.indices.filter { !columns[$0].isNumeric && widths[$0] > Self.narrowest }
            guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
