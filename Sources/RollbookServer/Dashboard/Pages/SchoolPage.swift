import Rollbook

extension Dashboard {
    /// The school at a glance.
    ///
    /// - Throws: ``RollbookError``.
    func schoolPage(_ request: PageRequest) async throws -> HTML {
        async let foundSubjects = entries(in: .subjects)
        async let foundClasses = entries(in: .classes)
        let (subjects, classes) = (try await foundSubjects, try await foundClasses)
        // One subject and one class at first: all of them would bury the rest of the page.
        let subject = subjects?.first.map { ["subject": String($0.id)] } ?? [:]
        let schoolClass = classes?.first.map { ["class": String($0.id)] } ?? [:]
        let isOneClass = (request.choices["class"] ?? schoolClass["class"] ?? "all") != "all"
        let reports = [
            try PageReport("engagement-trend"),
            try PageReport("top-performers", standards: subject),
            try PageReport("bottom-performers", standards: subject),
            try PageReport("attendance-correlation"),
            try PageReport(
                "class-trends", standards: schoolClass.merging(["limit": isOneClass ? "1000" : "25"]) { $1 }),
        ]
        try request.check(reports: reports)
        let reading = try await warehouse.read(reports, views: SchoolHeadlines.views, for: request)
        let library = frame.assets.library
        let sections = SchoolSections(reading: reading, library: library)
        let form = ChoiceForm(
            request: request, reports: reports,
            entries: [.subjects: subjects, .classes: classes].compactMapValues { $0 })
        let headlines = SchoolHeadlines(reading: reading, library: library)
        return frame.page(
            "School", part: "", reading: reading, form: form.html,
            content: .joined([headlines.html] + reports.map(sections.section)))
    }
}

/// The reports of the school's page, each in its own form.
struct SchoolSections: Sendable {
    let reading: PageReading
    let library: ChartLibrary?

    func section(_ report: PageReport) -> HTML {
        guard let answer = reading.answers[report.definition.name] else { return .empty }
        let section = ReportSection(report: report, answer: answer, request: reading.request)
        switch report.definition.name {
        case "engagement-trend": return section.html { engagement(answer, section) }
        case "top-performers", "bottom-performers": return section.html { performers(answer, section) }
        case "attendance-correlation": return AttendanceContent(section: section, library: library).html
        default: return TrendContent(section: section, library: library).ofClass
        }
    }

    private func engagement(_ answer: Answer, _ section: ReportSection) -> HTML {
        guard !answer.table.rows.isEmpty else { return section.emptiness }
        let axis = PeriodAxis(of: answer)
        let submissions = axis.values("submission_count", of: answer, missing: .integer(0))
        let students = axis.values("active_students", of: answer, missing: .integer(0))
        return Chart(
            id: "chart-engagement", title: "Submissions and active students, by \(axis.by.rawValue)",
            categoryTitle: axis.title, categories: axis.periods.map(\.description), valueTitle: "count",
            series: [
                Chart.Series(label: "Submissions", shape: .bars, values: submissions, colour: 1),
                Chart.Series(label: "Active students", shape: .line, values: students, colour: 2),
            ]
        ).html(table: section.table(), library: library)
    }

    /// A table for each subject.
    private func performers(_ answer: Answer, _ section: ReportSection) -> HTML {
        let columns = AnswerColumns(table: answer.table)
        let subjects = Array(zip(columns["subject_id"], columns["subject_name"]))
        guard !subjects.isEmpty else { return section.emptiness }
        var pieces: [HTML] = []
        var start = 0
        for end in 1...subjects.count where end == subjects.count || subjects[end].0 != subjects[start].0 {
            let name = subjects[start].1.text ?? ""
            let rows = AnswerTable(columns: answer.table.columns, rows: Array(answer.table.rows[start..<end]))
            let table = DataTable(
                rows, omitting: ["subject_id", "first_submission_at", "last_submission_at"], for: reading.request)
            pieces.append(Tag.h3 { HTML.name(name) })
            pieces.append(table.html(caption: "\(section.report.definition.title) in \(name)"))
            if end == subjects.count { pieces += [section.paging, table.meanings] }
            start = end
        }
        return .joined(pieces)
    }
}

/// A number of its own, with what it counts.
struct Card: Sendable {
    let title: String
    let value: HTML
    let note: String

    var html: HTML {
        Tag.div(.class("card")) {
            Tag.dt { title }
            Tag.dd {
                Tag.strong { value }
                Tag.small { note }
            }
        }
    }
}
