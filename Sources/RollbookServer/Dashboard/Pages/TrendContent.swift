import Rollbook

/// Grades over time: of a class, or of a student.
struct TrendContent: Sendable {
    let section: ReportSection
    let library: ChartLibrary?

    private var answer: Answer { section.answer }

    /// The trend of one class as a chart; of all classes as a table alone, where lines would only cross.
    var ofClass: HTML {
        let columns = AnswerColumns(table: answer.table)
        let isOne = Set(columns["class_id"]).count == 1
        return section.html(subject: isOne ? columns["class_name"].first?.text : nil) {
            if isOne { chart(id: "chart-class", omitting: ["class_id"]) } else { section.table() }
        }
    }

    /// The progress of one student.
    var ofStudent: HTML {
        section.html {
            if answer.table.rows.isEmpty { section.emptiness } else { chart(id: "chart-progress", omitting: []) }
        }
    }

    private func chart(id: String, omitting: Set<String>) -> HTML {
        let axis = PeriodAxis(of: answer)
        func series(_ label: String, _ shape: Chart.Series.Shape, _ column: String, _ colour: Int) -> Chart.Series {
            Chart.Series(
                label: label, shape: shape, values: axis.values(column, of: answer, missing: .null), colour: colour)
        }
        let passMark = answer.provenance.policy.passMark
        return Chart(
            id: id, title: "Scores and pass rate, by \(axis.by.rawValue)", categoryTitle: axis.title,
            categories: axis.periods.map(\.description), valueTitle: "points; pass rate in %", valueLimit: 100,
            series: [
                series("Highest score", .mark, "max_grade", 1), series("Lowest score", .band, "min_grade", 1),
                series("Mean score", .line, "avg_grade", 1), series("Pass rate (%)", .line, "pass_rate", 3),
                Chart.Series(
                    label: "Pass mark \(passMark)", shape: .mark, values: axis.periods.map { _ in .decimal(passMark) },
                    colour: 2),
            ]
        ).html(table: section.table(omitting: omitting), library: library)
    }
}
