import RollbookModel

/// A kind of people that have a table.
protocol PersonKind: Sendable {
    static var table: RecordTable { get }
    /// Sets the kinds' names apart.
    static var number: Int { get }
    static func count(in school: SchoolPlan) -> Int
}

enum StudentKind: PersonKind {
    static let table = RecordTable.students
    static let number = 0
    static func count(in school: SchoolPlan) -> Int { school.layout.students }
}

enum TeacherKind: PersonKind {
    static let table = RecordTable.teachers
    static let number = 1
    static func count(in school: SchoolPlan) -> Int { school.layout.teacherCount }
}

/// Makes the students or the teachers.
struct PersonRows<Kind: PersonKind>: RowMaker {
    struct Row: GeneratedRow {
        static var table: RecordTable { Kind.table }
        let index: Int
        let name: (first: String, last: String)

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [rows.identifiers(\.index), rows.texts(\.name.first), rows.texts(\.name.last)]
        }
    }

    private let school: SchoolPlan
    let portionCount: Int

    init(_ school: SchoolPlan) {
        self.school = school
        portionCount = Kind.count(in: school)
    }

    func append(portion person: Int, to rows: inout [Row]) {
        var chance = Chance(school.seed, .name, person, Kind.number)
        rows.append(Row(index: person, name: SchoolNames.person(&chance)))
    }
}
