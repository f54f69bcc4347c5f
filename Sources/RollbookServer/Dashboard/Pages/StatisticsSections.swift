import Rollbook
import RollbookStore

/// The newest figures of the store, beside those before.
struct StatisticsSections: Sendable {
    let takings: [StatisticsHistory.Taking]
    let format: CellFormat

    /// The kinds of things, with what is shown of each.
    private static let kinds: [(kind: String, title: String, measures: [String])] = [
        ("store", "Store", ["bytes"]),
        ("table", "Tables", ["rows", "bytes", "sequential_scans", "dead_rows"]),
        ("view", "Views", ["rows", "bytes", "age_seconds", "refresh_milliseconds"]),
        ("index", "Indexes", ["scans", "rows_read", "bytes"]),
        (
            "cache", "Cache",
            [
                "hits", "shared_hits", "stale_hits", "misses", "joins", "evictions", "expirations", "entries", "bytes",
            ]
        ),
        ("question", "Slow questions", ["asked", "computed", "mean_microseconds", "longest_microseconds"]),
    ]

    var html: HTML {
        Tag.section(.id("statistics"), .aria("labelledby", "statistics-title")) {
            Tag.h2(.id("statistics-title")) { "Statistics" }
            if let newest = takings.first {
                Tag.p(.class("question")) {
                    "Taken "
                    format.time(newest.takenAt)
                    takings.count > 1 ? ", with the change since the time before." : "."
                }
                for (kind, title, measures) in Self.kinds { section(kind, title, measures) }
            } else {
                Tag.p(.class("remark")) { "None were taken yet; the job statistics takes them." }
            }
        }
    }

    private func section(_ kind: String, _ title: String, _ measures: [String]) -> HTML {
        let newest = figures(0, kind)
        let before = figures(1, kind)
        let shown = measures.filter { measure in newest.values.contains { $0[measure] != nil } }
        guard !newest.isEmpty, !shown.isEmpty else { return .empty }
        let first = shown[0]
        let rows = newest.sorted { ($1.value[first] ?? 0, $0.key) < ($0.value[first] ?? 0, $1.key) }.map {
            name, values in
            [Value.text(name)] + shown.map { values[$0].map(Value.integer) ?? .null }
                + shown.map { measure in
                    guard let value = values[measure], let old = before[name]?[measure] else { return .null }
                    return .integer(value - old)
                }
        }
        return .joined([
            Tag.h3 { title }, DataTable(columns: columns(title, shown), rows: rows).html(caption: title),
        ])
    }

    private func columns(_ title: String, _ measures: [String]) -> [DataTable.Column] {
        let count = measures.count
        let name = DataTable.Column(heading: "Name", unit: nil, meaning: "which one", isNumeric: false) { row in
            .text(row[0].text ?? "")
        }
        return [name]
            + measures.enumerated().map { index, measure in
                DataTable.Column(
                    heading: CellFormat.words(measure), unit: nil,
                    meaning: "\(measure), and the change since the time before",
                    isNumeric: true
                ) { row in
                    guard let value = row[1 + index].integer else { return CellFormat.nothing }
                    let change = row[1 + count + index].integer ?? 0
                    return .joined([
                        .text(CellFormat.grouped(value)),
                        change == 0
                            ? .empty : Tag.small { " \(change > 0 ? "+" : "")\(CellFormat.grouped(change))" },
                    ])
                }
            }
    }

    /// The figures of a kind of thing, by name and measure.
    private func figures(_ taking: Int, _ kind: String) -> [String: [String: Int64]] {
        guard takings.indices.contains(taking) else { return [:] }
        return takings[taking].measurements.filter { $0.kind == kind }.reduce(into: [:]) {
            $0[$1.name, default: [:]][$1.measure] = $1.value
        }
    }
}
