import Rollbook

extension Dashboard {
    /// The records of a kind, to find one by name or id; for students also who works how much.
    ///
    /// - Throws: ``RollbookError``.
    func listPage(_ kind: RecordPage, _ request: PageRequest) async throws -> HTML {
        let search = request.choices["q"] ?? ""
        let reports = kind.table == .students ? [try PageReport("student-engagement", standards: ["limit": "25"])] : []
        try request.check(reports: reports, alsoTaking: ["q"])
        async let found = warehouse.directory.entries(
            in: kind.table, matching: search, limit: RecordList.most + 1, deadline: warehouse.deadline)
        let reading = try await warehouse.read(reports, for: request)
        let list = RecordList(
            kind: kind, entries: try await found,
            storedCount: reading.status.tables.first { $0.table == kind.table }?.count ?? 0, search: search,
            request: request)
        let form = ChoiceForm(request: request, reports: reports, leading: list.searchField)
        return frame.page(
            kind.title, part: kind.path, reading: reading, form: form.html,
            content: .joined([list.html] + reports.map { reading.tableSection(of: $0) }))
    }
}

extension PageReading {
    /// A report's section with its table alone.
    func tableSection(of report: PageReport) -> HTML {
        guard let answer = answers[report.definition.name] else { return .empty }
        let section = ReportSection(report: report, answer: answer, request: request)
        return section.html { section.table() }
    }
}

/// Records by name.
struct RecordList: Sendable {
    /// The most records on a page; a search finds the others.
    static let most = 100

    let kind: RecordPage
    let entries: [RecordDirectory.Entry]
    let storedCount: Int64
    let search: String
    let request: PageRequest

    var searchField: HTML {
        ChoiceForm.field("q", label: "Search", help: "part of a name or of a source's id, or an id") { help in
            VoidTag.input(
                .type("search"), .id("field-q"), .name("q"), .value(search), .field("autocomplete", "off"), help)
        }
    }

    var html: HTML {
        Tag.section(.id("records"), .aria("labelledby", "records-title")) {
            Tag.h2(.id("records-title")) { search.isEmpty ? "By name" : "Found" }
            Tag.p(.class("question")) { count }
            if entries.isEmpty {
                Tag.p(.class("remark")) { search.isEmpty ? "There are none." : "Nothing matches the search." }
            } else {
                DataTable(columns: columns, rows: entries.prefix(Self.most).map(Self.cells)).html(caption: kind.title)
            }
        }
    }

    /// How many are shown, and of how many.
    private var count: String {
        let shown = min(entries.count, Self.most)
        let isCut = entries.count > Self.most
        if search.isEmpty {
            let rest = isCut ? "; search to find the others" : ""
            return
                "\(CellFormat.grouped(Int64(shown))) of \(CellFormat.grouped(storedCount)) \(kind.table.rawValue)\(rest)."
        }
        return isCut
            ? "The first \(shown) that match; there are more, so say more of the name." : "\(shown) that match."
    }

    private static func cells(of entry: RecordDirectory.Entry) -> [Value] {
        [.text(entry.label), .integer(entry.id), entry.sourceIdentifier.map(Value.text) ?? .null]
    }

    private var columns: [DataTable.Column] {
        let (path, request) = (kind.path, request)
        let name = DataTable.Column(
            heading: "Name", unit: nil, meaning: "what people call it", isNumeric: false
        ) { row in
            Tag.a(.href(request.link(to: [path, String(row[1].integer ?? 0)]))) { HTML.name(row[0].text ?? "") }
        }
        let others = DataTable.columns(
            [
                ColumnDefinition("name", .text, "what people call it"),
                ColumnDefinition("id", .integer, "the id in this store"),
                ColumnDefinition("source_id", .text, "the source's own id, where it is a text"),
            ], CellFormat(zone: request.policy.timeZone))
        return [name] + others.dropFirst()
    }
}
