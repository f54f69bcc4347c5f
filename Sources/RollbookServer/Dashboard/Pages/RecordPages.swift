import Rollbook

extension Dashboard {
    /// One student's progress and subjects.
    ///
    /// - Throws: ``RollbookError``.
    func studentPage(_ student: RecordDirectory.Entry, _ request: PageRequest) async throws -> HTML {
        let fixed = ["student": String(student.id)]
        let progress = try PageReport("student-progress", fixed: fixed, standards: ["limit": "1000"])
        let subjects = try PageReport("subject-comparison", fixed: fixed)
        try request.check(reports: [progress, subjects])
        let reading = try await warehouse.read([progress, subjects], for: request)
        let trend = reading.answers[progress.definition.name].map {
            TrendContent(
                section: ReportSection(report: progress, answer: $0, request: request), library: frame.assets.library
            ).ofStudent
        }
        return page(of: student, .students, reading, content: [trend ?? .empty, reading.tableSection(of: subjects)])
    }

    /// One teacher's workload.
    ///
    /// - Throws: ``RollbookError``.
    func teacherPage(_ teacher: RecordDirectory.Entry, _ request: PageRequest) async throws -> HTML {
        let workload = try PageReport("teacher-workload", fixed: ["teacher": String(teacher.id)])
        try request.check(reports: [workload])
        let reading = try await warehouse.read([workload], for: request)
        return page(of: teacher, .teachers, reading, content: [WorkloadCards(report: workload, reading: reading).html])
    }

    /// One class's trend, and how its subjects do.
    ///
    /// - Throws: ``RollbookError``.
    func classPage(_ schoolClass: RecordDirectory.Entry, _ request: PageRequest) async throws -> HTML {
        let trends = try PageReport(
            "class-trends", fixed: ["class": String(schoolClass.id)], standards: ["limit": "1000"])
        try request.check(reports: [trends])
        async let foundSummary = ClassSummary.read(of: schoolClass, from: warehouse, for: request)
        var reading = try await warehouse.read([trends], for: request)
        let summary = try await foundSummary
        reading.answers["class_progress_summary"] = summary.answer
        let trend = reading.answers[trends.definition.name].map {
            TrendContent(
                section: ReportSection(report: trends, answer: $0, request: request), library: frame.assets.library
            ).ofClass
        }
        return page(of: schoolClass, .classes, reading, content: [trend ?? .empty, summary.html])
    }

    private func page(
        of record: RecordDirectory.Entry, _ kind: RecordPage, _ reading: PageReading, content: [HTML]
    ) -> HTML {
        let source = record.sourceIdentifier.map { HTML.joined([.text(", source id "), .name($0)]) } ?? .empty
        let lead = Tag.p(.class("lead")) {
            "\(CellFormat.words(kind.thing)) \(record.id)"
            source
        }
        let form = ChoiceForm(request: reading.request, reports: reading.reports)
        return frame.page(
            record.label, lead: lead, part: kind.path, reading: reading, form: form.html, content: .joined(content))
    }
}

/// A teacher's workload, a card for each column.
struct WorkloadCards: Sendable {
    let report: PageReport
    let reading: PageReading

    var html: HTML {
        guard let answer = reading.answers[report.definition.name] else { return .empty }
        let section = ReportSection(report: report, answer: answer, request: reading.request)
        let format = CellFormat(zone: reading.request.policy.timeZone)
        return section.html {
            if let row = answer.table.rows.first {
                Tag.dl(.class("cards")) {
                    for (column, value) in zip(answer.table.columns, row) where column.name != "teacher_id" {
                        card(column, format.cell(value, of: column), unit: format.unit(of: column))
                    }
                }
            } else {
                section.emptiness
            }
        }
    }

    private func card(_ column: ColumnDefinition, _ value: HTML, unit: String?) -> HTML {
        let words = CellFormat.words(column.name.replacing("_hours", with: "").replacing("_percentage", with: ""))
        let shown = unit.map { unit in HTML.joined([value, Tag.small { " \(unit)" }]) } ?? value
        return Card(title: words, value: shown, note: column.meaning).html
    }
}
