import Rollbook

/// How the subjects of a class do, over all time, from the summary view.
struct ClassSummary: Sendable {
    /// The view's answer with the class's rows alone, and the subjects' names in them; nil where it was never filled.
    let answer: Answer?
    let request: PageRequest

    /// Looks for the class in the view, which is in the order of classes.
    ///
    /// - Throws: ``RollbookError``.
    static func read(
        of schoolClass: RecordDirectory.Entry, from warehouse: Warehouse, for request: PageRequest
    ) async throws -> ClassSummary {
        var found: Answer?
        var offset = 0
        while true {
            let page = ["limit": String(ViewReader.mostRows), "offset": String(offset)]
            let question = try Question(
                view: "class_progress_summary", parameters: request.policySettings.merging(page) { $1 })
            guard var answer = try await warehouse.answerIfReady(question) else { break }
            offset += answer.table.rows.count
            let isPast = (answer.table.rows.last?.first?.integer ?? .max) > schoolClass.id
            let rows = answer.table.rows.filter { $0.first?.integer == schoolClass.id }
            answer.table.rows = (found?.table.rows ?? []) + rows
            found = answer
            if isPast || Int64(offset) >= answer.totalCount { break }
        }
        if let table = found?.table { found?.table = try await named(table, from: warehouse) }
        return ClassSummary(answer: found, request: request)
    }

    /// The rows with the subject's name after its id, as reports have it.
    private static func named(_ table: AnswerTable, from warehouse: Warehouse) async throws -> AnswerTable {
        guard let position = table.columns.firstIndex(where: { $0.name == "subject_id" }) else { return table }
        var named = table
        named.columns.insert(ColumnDefinition("subject_name", .text, "the subject's name"), at: position + 1)
        for index in named.rows.indices {
            let id = named.rows[index][position].integer ?? 0
            let subject = try await warehouse.directory.entry(.number(id), in: .subjects, deadline: warehouse.deadline)
            named.rows[index].insert(.text(subject?.label ?? String(id)), at: position + 1)
        }
        return named
    }

    var html: HTML {
        Tag.section(.id("subjects"), .aria("labelledby", "subjects-title")) {
            Tag.h2(.id("subjects-title")) { "Subjects of the class" }
            Tag.p(.class("question")) { "All time, as the last refresh of the summary view left it." }
            if let table = answer?.table, !table.rows.isEmpty {
                let shown = DataTable(table, omitting: ["class_id"], for: request)
                shown.html(caption: "Subjects of the class, over all time")
                shown.meanings
            } else {
                Tag.p(.class("remark")) {
                    answer == nil
                        ? "The summary views were never refreshed; `rollbook refresh` fills them."
                        : "No rows: no student is actively enrolled."
                }
            }
        }
    }
}
