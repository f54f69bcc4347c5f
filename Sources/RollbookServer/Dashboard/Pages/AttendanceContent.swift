import Rollbook

/// Attendance and grades: the statistics beside the rows, and the buckets as a chart.
struct AttendanceContent: Sendable {
    let section: ReportSection
    let library: ChartLibrary?

    private var answer: Answer { section.answer }

    var html: HTML {
        section.html {
            Tag.dl(.class("cards")) { for card in cards { card.html } }
            if answer.table.rows.isEmpty {
                section.emptiness
            } else {
                chart.html(table: section.table(), library: library)
            }
        }
    }

    /// The statistics; the two ends of the interval are one.
    private var cards: [Card] {
        func value(_ name: String) -> HTML {
            let column = section.report.definition.summary.first { $0.name == name }
            let cell = answer.summary?.first { $0.name == name }?.value
            guard let column, let cell else { return CellFormat.nothing }
            return CellFormat(zone: section.request.policy.timeZone).cell(cell, of: column)
        }
        func meaning(_ name: String) -> String {
            section.report.definition.summary.first { $0.name == name }?.meaning ?? ""
        }
        return [
            Card(title: "Correlation r", value: value("pearson_r"), note: meaning("pearson_r")),
            Card(
                title: "95 % interval of r",
                value: .joined([value("pearson_r_low"), .text(" to "), value("pearson_r_high")]),
                note: "Fisher z; no value for fewer than four students"),
            Card(title: "Slope", value: value("slope"), note: meaning("slope")),
            Card(title: "Sample", value: value("student_count"), note: meaning("student_count")),
        ]
    }

    /// The buckets from the lowest rate to the highest, with a gap where nobody is.
    private var chart: Chart {
        let columns = AnswerColumns(table: answer.table)
        let scores = Dictionary(
            zip(columns["rate_from"], columns["avg_grade"]), uniquingKeysWith: { first, _ in first })
        let counts = Dictionary(
            zip(columns["rate_from"], columns["student_count"]), uniquingKeysWith: { first, _ in first })
        let lowest = columns["rate_from"].compactMap(\.integer).min() ?? 0
        let buckets: [(from: Value, label: String)] = stride(from: lowest, to: 100, by: 10).map { from in
            let rates = from == 90 ? "90–100" : "\(from)–<\(from + 10)"
            return (.integer(from), "\(rates)\nn = \(CellFormat.grouped(counts[.integer(from)]?.integer ?? 0))")
        }
        return Chart(
            id: "chart-attendance", title: "Mean score by attendance rate",
            categoryTitle: "attendance rate in %, and students",
            categories: buckets.map(\.label), valueTitle: "points", valueLimit: 100,
            series: [
                Chart.Series(
                    label: "Mean score", shape: .bars, values: buckets.map { scores[$0.from] ?? .null }, colour: 1)
            ])
    }
}
