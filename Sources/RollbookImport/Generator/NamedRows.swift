import RollbookModel

/// A kind of things that have no more than a name.
protocol NamedKind: Sendable {
    static var table: RecordTable { get }
    static func count(in layout: SchoolLayout) -> Int
    static func name(_ index: Int, in layout: SchoolLayout) -> String
}

enum SubjectKind: NamedKind {
    static let table = RecordTable.subjects
    static func count(in layout: SchoolLayout) -> Int { layout.subjectCount }
    static func name(_ index: Int, in layout: SchoolLayout) -> String { SchoolNames.subject(index, in: layout) }
}

enum ClassKind: NamedKind {
    static let table = RecordTable.classes
    static func count(in layout: SchoolLayout) -> Int { layout.classCount }
    static func name(_ index: Int, in layout: SchoolLayout) -> String { SchoolNames.schoolClass(index, in: layout) }
}

/// Makes the subjects or the classes.
struct NamedRows<Kind: NamedKind>: RowMaker {
    struct Row: GeneratedRow {
        static var table: RecordTable { Kind.table }
        let index: Int
        let name: String

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [rows.identifiers(\.index), rows.texts(\.name)]
        }
    }

    private let layout: SchoolLayout
    let portionCount: Int

    init(_ school: SchoolPlan) {
        layout = school.layout
        portionCount = Kind.count(in: school.layout)
    }

    func append(portion index: Int, to rows: inout [Row]) {
        rows.append(Row(index: index, name: Kind.name(index, in: layout)))
    }
}
