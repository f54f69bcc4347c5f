import RollbookModel

extension Answer {
    /// The answer in one of the formats, with a line feed at its end.
    func encoded(as format: AnswerFormat, notes: AnswerNotes, width: Int?) -> [UInt8] {
        switch format {
        case .json: json() + Array("\n".utf8)
        case .csv: Array(csv.utf8)
        case .table: Array((text(notes, width: width) + "\n").utf8)
        }
    }

    /// The rows under their columns' names, by RFC 4180 with line feeds; numbers as in JSON, no value as nothing.
    private var csv: String {
        let header = table.columns.map(\.name).joined(separator: ",")
        let rows = table.rows.map { row in row.map { CSVText.field($0.plainText) }.joined(separator: ",") }
        return ([header] + rows).map { $0 + "\n" }.joined()
    }

    /// The rows as a table, with where they come from.
    private func text(_ notes: AnswerNotes, width: Int?) -> String {
        var lines = ["\(notes.title): \(notes.grain)"]
        if !provenance.parameters.isEmpty { lines.append("  " + Self.list(provenance.parameters)) }
        lines += ["", grid.text(width: width), "", extent]
        if let summary {
            let items = TextTable([.init("summary"), .init("")], rows: summary.map { [$0.name, $0.value.shownText] })
            lines += ["", items.text(width: nil), ""]
        }
        if let caution = notes.caution, summary == nil { lines.append(caution) }
        let newest = provenance.dataAsOf.map { "newest record \($0)" } ?? "no records"
        lines += [
            "as of \(provenance.asOf), data version \(provenance.dataVersion), \(newest)",
            "policy: \(Self.list(provenance.policy.values.map { NamedValue($0.name, $0.value) }))",
            ([provenance.servedBy, lag, "\(Decimals.short(provenance.executionTimeMilliseconds)) ms"] as [String?])
                .compactMap { $0 }.joined(separator: ", "),
        ]
        return lines.joined(separator: "\n")
    }

    /// How far behind the answering replica was.
    private var lag: String? { provenance.replicaLagSeconds.map { "\(Decimals.short($0)) s behind" } }

    private var grid: TextTable {
        let columns = table.columns.map { column in
            TextTable.Column(column.name, isNumeric: column.type == .integer || column.type == .decimal)
        }
        return TextTable(columns, rows: table.rows.map { $0.map(\.shownText) })
    }

    /// Which rows these are, and how to see the others.
    private var extent: String {
        let count = Int64(table.rows.count)
        guard isCut else { return count == 1 ? "1 row" : "\(count) rows" }
        guard count > 0 else { return "no rows from \(offset) on; there are \(totalCount)" }
        // More rows than a page has: the page was cut inside every group, such as a subject.
        if count > limit {
            return "\(count) rows of \(totalCount): \(offset + 1) to \(offset + limit) of each group;"
                + " --offset \(offset + limit) shows the next"
        }
        let next = offset + count
        let more = next < totalCount ? "; --offset \(next) shows the next" : ""
        return "rows \(offset + 1) to \(next) of \(totalCount)\(more)"
    }

    private static func list(_ values: [NamedValue]) -> String {
        values.map { "\($0.name) \($0.value.plainText.printable)" }.joined(separator: ", ")
    }
}

/// What stands around an answer's rows.
struct AnswerNotes {
    /// What people call the report or view.
    let title: String
    /// What one row stands for.
    let grain: String
    /// What a reader must know.
    let caution: String?
}

extension Value {
    /// The value as JSON writes it, texts without quotes; nothing where there is none.
    var plainText: String {
        switch self {
        case .null: return ""
        case .text(let text): return text
        case .date(let date): return date.description
        case .instant(let instant): return instant.description
        default:
            var writer = JSONWriter(capacity: 24)
            writer.value(self)
            return writer.text
        }
    }

    /// The value as a table shows it: decimals in line, no value as a dash.
    var shownText: String {
        switch self {
        case .null: "–"
        case .decimal(let decimal): decimal.paddedDescription
        default: plainText
        }
    }
}

/// Comma-separated values by RFC 4180.
enum CSVText {
    /// A field, quoted where it must be.
    static func field(_ text: String) -> String {
        let isSpecial = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
        return isSpecial ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}

/// Numbers for people.
enum Decimals {
    /// A number with one digit after the point.
    static func short(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }

    /// A whole number with its thousands apart.
    static func grouped(_ number: Int64) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }
}
