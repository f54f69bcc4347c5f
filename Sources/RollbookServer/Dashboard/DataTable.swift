import Rollbook

/// Rows of an answer as a table: headings with units and meanings, numbers to the right, people and classes as links.
struct DataTable: Sendable {
    /// One column as it is shown.
    struct Column: Sendable {
        let heading: String
        let unit: String?
        let meaning: String
        let isNumeric: Bool
        let cell: @Sendable ([Value]) -> HTML
    }

    let columns: [Column]
    let rows: [[Value]]

    /// Shows an answer's rows.
    ///
    /// An id and the name or names declared beside it become one column: the name, linked where the record has a page.
    /// - Parameter omitted: columns that say the same in every row of this table.
    init(_ table: AnswerTable, omitting omitted: Set<String> = [], for request: PageRequest) {
        rows = table.rows
        var columns: [Column] = []
        var names: Set<Int> = []
        for (index, column) in table.columns.enumerated() where !names.contains(index) {
            let thing = column.name.hasSuffix("_id") ? String(column.name.dropLast(3)) : nil
            let found = thing.map { Self.nameColumns(of: $0, after: index, in: table.columns) } ?? []
            names.formUnion(found)
            guard !omitted.contains(column.name) else { continue }
            if let thing, !found.isEmpty {
                columns.append(Self.named(thing, at: index, names: found, column.meaning, request))
            } else {
                columns.append(Self.plain(column, at: index, CellFormat(zone: request.policy.timeZone)))
            }
        }
        self.columns = columns
    }

    init(columns: [Column], rows: [[Value]]) {
        self.columns = columns
        self.rows = rows
    }

    /// Columns for rows that belong to no report.
    static func columns(_ definitions: [ColumnDefinition], _ format: CellFormat) -> [Column] {
        definitions.enumerated().map { plain($1, at: $0, format) }
    }

    /// The table; where it is wider than the screen it scrolls by itself, also by keyboard.
    func html(caption: String) -> HTML {
        Tag.div(.class("scroll"), .role("region"), .aria("label", caption), .tabindex(0)) {
            Tag.table {
                Tag.caption { caption }
                Tag.thead { Tag.tr { for column in columns { Self.heading(column) } } }
                Tag.tbody { for row in rows { body(of: row) } }
            }
        }
    }

    /// What the columns mean, for those who cannot hover over a heading.
    var meanings: HTML {
        Tag.details(.class("meanings")) {
            Tag.summary { "What the columns mean" }
            Tag.dl {
                for column in columns {
                    Tag.dt { column.heading }
                    Tag.dd { column.meaning }
                }
            }
        }
    }

    private static func heading(_ column: Column) -> HTML {
        Tag.th(.scope("col"), column.isNumeric ? .class("number") : nil, .title(column.meaning)) {
            column.heading
            if let unit = column.unit { Tag.small { " " + unit } }
        }
    }

    private func body(of row: [Value]) -> HTML {
        Tag.tr {
            for (index, column) in columns.enumerated() {
                let style: Attribute? = column.isNumeric ? .class("number") : nil
                if index == 0 {
                    Tag.th(.scope("row"), style) { column.cell(row) }
                } else {
                    Tag.td(style) { column.cell(row) }
                }
            }
        }
    }

    private static func plain(_ column: ColumnDefinition, at index: Int, _ format: CellFormat) -> Column {
        Column(
            heading: CellFormat.words(column.name), unit: format.unit(of: column), meaning: column.meaning,
            isNumeric: column.type == .integer || column.type == .decimal
        ) { format.cell($0[index], of: column) }
    }

    private static func named(
        _ thing: String, at index: Int, names: [Int], _ meaning: String, _ request: PageRequest
    ) -> Column {
        Column(heading: CellFormat.words(thing), unit: nil, meaning: meaning, isNumeric: false) { row in
            let label = HTML.name(names.compactMap { row[$0].text }.joined(separator: " "))
            guard let id = row[index].integer, let page = RecordPage.all.first(where: { $0.thing == thing }) else {
                return label
            }
            return Tag.a(.href(request.link(to: [page.path, String(id)]))) { label }
        }
    }

    /// The positions of `subject_name`, or of `first_name` and `last_name`, right after `subject_id` or `student_id`.
    private static func nameColumns(of thing: String, after index: Int, in columns: [ColumnDefinition]) -> [Int] {
        let following = columns.indices.filter { $0 > index }.prefix(2)
        if let next = following.first, columns[next].name == "\(thing)_name" { return [next] }
        return following.map({ columns[$0].name }) == ["first_name", "last_name"] ? Array(following) : []
    }
}

/// A kind of record that has pages of its own.
struct RecordPage: Sendable {
    /// The table.
    let table: RecordTable
    /// What one is called, as in `student_id`.
    let thing: String
    /// The first part of the path.
    var path: String { table.rawValue }
    /// The title of the list.
    var title: String { CellFormat.words(table.rawValue) }

    static let all = [students, teachers, classes]
    static let students = RecordPage(table: .students, thing: "student")
    static let teachers = RecordPage(table: .teachers, thing: "teacher")
    static let classes = RecordPage(table: .classes, thing: "class")
}
