import Rollbook

/// One report on a page: its question, its chart and rows, what was cut, and what its numbers do not say.
struct ReportSection: Sendable {
    let report: PageReport
    let answer: Answer
    let request: PageRequest

    private var definition: ReportDefinition { report.definition }

    /// The section around a report's content.
    ///
    /// - Parameter subject: what of all there is the section shows, such as a class's name.
    func html(subject: String? = nil, @HTMLBuilder content: () -> HTML) -> HTML {
        Tag.section(.id(definition.name), .aria("labelledby", "\(definition.name)-title")) {
            Tag.h2(.id("\(definition.name)-title")) {
                definition.title
                if let subject { HTML.joined([.text(": "), .name(subject)]) }
            }
            Tag.p(.class("question")) { "\(definition.question) \(window)" }
            content()
            if let caution = definition.caution { Tag.p(.class("caution")) { caution } }
        }
    }

    /// The dates that the report looks at, in words.
    private var window: String {
        guard let days = answer.provenance.parameters.first(where: { $0.name == "days" })?.value else { return "" }
        let window = TimeWindow(
            days: days.integer.map { Int($0) }, asOf: answer.provenance.asOf, zone: answer.provenance.policy.timeZone)
        return window.firstDate.map { "\($0) to \(window.lastDate)." } ?? "All time, to \(window.lastDate)."
    }

    /// The rows as a table, with links to what the page cut.
    func table(omitting omitted: Set<String> = []) -> HTML {
        guard !answer.table.rows.isEmpty else { return emptiness }
        let table = DataTable(answer.table, omitting: omitted, for: request)
        return .joined([table.html(caption: "\(definition.title): \(definition.grain)"), paging, table.meanings])
    }

    /// What stands where there are no rows.
    var emptiness: HTML {
        if answer.totalCount > 0 { return .joined([Tag.p(.class("remark")) { "No rows on this page." }, paging]) }
        return Tag.p(.class("remark")) { "No rows: nothing in these dates." }
    }

    /// Says that the answer is cut, with links to the rest; nothing where it is whole.
    var paging: HTML {
        guard answer.isCut else { return .empty }
        let shown = Int64(answer.table.rows.count)
        let isPerGroup = definition.columns.contains { $0.definition.name == "rank" }
        let range =
            isPerGroup || shown == 0
            ? "\(CellFormat.grouped(shown))"
            : "\(CellFormat.grouped(answer.offset + 1))–\(CellFormat.grouped(answer.offset + shown))"
        return Tag.div(.class("paging")) {
            Tag.p { "Cut: rows \(range) of \(CellFormat.grouped(answer.totalCount))." }
            Tag.nav(.aria("label", "Rows of \(definition.title)")) {
                if answer.offset > 0 { step("Previous rows", to: max(0, answer.offset - answer.limit)) }
                if hasMore { step("Next rows", to: answer.offset + answer.limit) }
            }
        }
    }

    /// Whether rows follow this page's. Where the page is cut inside each subject, a full subject may go on.
    private var hasMore: Bool {
        let shown = Int64(answer.table.rows.count)
        let subjects = Set(AnswerColumns(table: answer.table)["subject_id"])
        guard definition.columns.contains(where: { $0.definition.name == "rank" }), subjects.count != 1 else {
            return answer.offset + shown < answer.totalCount
        }
        return Dictionary(grouping: AnswerColumns(table: answer.table)["subject_id"], by: { $0 })
            .contains { Int64($0.value.count) == answer.limit }
    }

    private func step(_ label: String, to offset: Int64) -> HTML {
        let choice = report.choice(for: "offset")
        let link = request.link(choosing: [choice: offset == 0 ? nil : String(offset)], fragment: definition.name)
        return Tag.a(.href(link)) { label }
    }
}
