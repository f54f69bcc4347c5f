import Rollbook

/// What the school's page says first: how much there is, and how the subjects do, from the summary views.
struct SchoolHeadlines: Sendable {
    static let views = ["subject_performance", "teacher_workload"]

    let reading: PageReading
    let library: ChartLibrary?

    var html: HTML {
        Tag.section(.id("headlines"), .aria("labelledby", "headlines-title")) {
            Tag.h2(.id("headlines-title")) { "All time" }
            Tag.p(.class("question")) { scope }
            Tag.dl(.class("cards")) { for card in cards { card.html } }
            subjects
        }
    }

    private var scope: String {
        reading.viewsRefreshedAt == nil
            ? "Records as stored. The summary views were never refreshed; `rollbook refresh` fills them."
            : "Records as stored, and the summary views as their last refresh left them."
    }

    private var cards: [Card] {
        let counted = RecordDirectory.tables.compactMap { table in
            reading.status.tables.first { $0.table == table }.map {
                Card(
                    title: CellFormat.words(table.rawValue), value: .text(CellFormat.grouped($0.count)), note: "records"
                )
            }
        }
        return counted
            + [
                sum(
                    "total_submissions", of: "subject_performance", "Graded", note: "material submissions with a score"),
                sum("pending_reviews", of: "teacher_workload", "Pending", note: "assignment submissions to review"),
            ].compactMap { $0 }
    }

    /// The sum of a view's counts; none where the view was never filled, or is longer than one answer.
    private func sum(_ column: String, of view: String, _ title: String, note: String) -> Card? {
        guard let answer = reading.answers[view], !answer.isCut else { return nil }
        let total = AnswerColumns(table: answer.table)[column].compactMap(\.integer).reduce(0, +)
        return Card(title: title, value: .text(CellFormat.grouped(total)), note: note)
    }

    private var subjects: HTML {
        guard let answer = reading.answers["subject_performance"], !answer.table.rows.isEmpty else { return .empty }
        let columns = AnswerColumns(table: answer.table)
        func series(_ label: String, _ column: String, _ colour: Int) -> Chart.Series {
            Chart.Series(label: label, shape: .bars, values: columns[column], colour: colour)
        }
        let table = DataTable(answer.table, for: reading.request)
        return Chart(
            id: "chart-subjects", title: "Share of excellent, good and below-average scores, by subject",
            categoryTitle: "subject", categories: columns["subject_name"].map { $0.text ?? "" },
            valueTitle: "% of graded submissions", valueLimit: 100,
            series: [
                series("Excellent", "excellent_rate", 3), series("Good", "good_rate", 1),
                series("Below average", "below_average_rate", 2),
            ],
            isHorizontal: true, isStacked: true
        ).html(table: .joined([table.html(caption: "Subjects, over all time"), table.meanings]), library: library)
    }
}
