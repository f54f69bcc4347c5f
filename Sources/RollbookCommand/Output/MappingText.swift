import RollbookModel
import RollbookStore

/// What a check of a mapping has found, as it is printed.
struct MappingText {
    private let report: MappingReport
    private let mapping: RecordMapping

    init(_ report: MappingReport, of mapping: RecordMapping) {
        self.report = report
        self.mapping = mapping
    }

    /// The counts of the tables, and a line for each finding.
    var table: String {
        let counts = TextTable(
            [.init("table"), .init("records", isNumeric: true), .init("left out", isNumeric: true)],
            rows: report.tables.map {
                [$0.table.rawValue, Decimals.grouped($0.total), Decimals.grouped($0.leftOut)]
            })
        let lines = report.findings.map { finding in
            let kind =
                switch finding.problem.severity {
                case .error: "error"
                case .leftOut: "left out"
                case .note: "note"
                }
            let name = finding.records == nil ? "\(finding.table.rawValue): " : ""
            return "\(kind): \(mapping.place(of: finding.table)): \(name)\(finding.sentence(number: Decimals.grouped))"
                .printable
        }
        return ([counts.text(width: nil)] + lines + (report.isClean ? [verdict] : [])).joined(separator: "\n")
    }

    /// The findings in one sentence.
    var verdict: String {
        if report.isClean { return "the mapping is clean" }
        let (errors, leftOut) = (report.errors.count, report.leftOut)
        let sentences = [
            errors == 0 ? nil : "the mapping has \(errors) error\(errors == 1 ? "" : "s")",
            leftOut == 0 ? nil : "\(Decimals.grouped(leftOut)) record\(leftOut == 1 ? " is" : "s are") left out",
        ]
        return sentences.compactMap(\.self).joined(separator: "; ")
    }

    /// The same for programs.
    var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("file", .text(mapping.file))
            writer.member("is_clean", .boolean(report.isClean))
            writer.key("tables")
            writer.array { writer in
                for count in report.tables {
                    writer.object { writer in
                        writer.member("table", .text(count.table.rawValue))
                        writer.member("records", .integer(count.total))
                        writer.member("left_out", .integer(count.leftOut))
                    }
                }
            }
            writer.key("findings")
            writer.array { writer in
                for finding in report.findings { Self.write(finding, of: mapping, to: &writer) }
            }
        }
        return writer.text
    }

    private static func write(_ finding: MappingFinding, of mapping: RecordMapping, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("severity", .text(finding.problem.severity.rawValue))
            writer.member("problem", .text(finding.problem.rawValue))
            writer.member("table", .text(finding.table.rawValue))
            writer.member("column", finding.column.map(Value.text) ?? .null)
            writer.member("line", mapping.selections[finding.table].map { .integer(Int64($0.line)) } ?? .null)
            writer.member("count", finding.records.map { .integer($0.count) } ?? .null)
            writer.member("total", finding.records.map { .integer($0.total) } ?? .null)
            writer.member("message", .text(finding.sentence()))
        }
    }
}
