import RollbookModel

/// Makes the register of each school day: one entry for each student, in the first class of the home group.
struct AttendanceRows: RowMaker {
    struct Row: GeneratedRow {
        static let table = RecordTable.attendance
        let index: Int
        let student: Int
        let classIndex: Int
        let date: Int32
        let status: String

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [
                rows.identifiers(\.index), rows.identifiers(\.student), rows.identifiers(\.classIndex),
                .dates(rows.map(\.date)), rows.texts(\.status),
            ]
        }
    }

    private let school: SchoolPlan
    private var made = 0
    var portionCount: Int { school.calendar.schoolDays.count * school.layout.columns }

    init(_ school: SchoolPlan) { self.school = school }

    mutating func append(portion: Int, to rows: inout [Row]) {
        let day = school.calendar.schoolDays[portion / school.layout.columns]
        let column = portion % school.layout.columns
        let (date, classIndex) = (school.calendar.date(day), school.layout.classIndex(column: column, 0))
        for student in school.layout.homeGroup(column) {
            let profile = school.profiles[student]
            guard day < profile.leavesOn else { continue }
            var chance = Chance(school.seed, .attendance, student, day)
            let status = Self.status(of: profile, chance.below(1000))
            rows.append(
                Row(index: made, student: student, classIndex: classIndex, date: date, status: status))
            made += 1
        }
    }

    private static func status(of profile: StudentProfile, _ share: Int) -> String {
        if share < profile.absent { return "absent" }
        if share < profile.absent + profile.excused { return "excused" }
        return share < profile.absent + profile.excused + profile.late ? "late" : "present"
    }
}
