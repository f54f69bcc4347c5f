import RollbookModel

/// Makes the assignments, in the order in which they were set.
struct AssignmentRows: RowMaker {
    struct Row: GeneratedRow {
        static let table = RecordTable.assignments
        let index: Int
        let teacher: Int
        let classIndex: Int
        let subject: Int
        let title: String
        let createdAt: Int64
        let dueAt: Int64?

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [
                rows.identifiers(\.index), rows.identifiers(\.teacher), rows.identifiers(\.classIndex),
                rows.identifiers(\.subject), rows.texts(\.title), rows.instants(\.createdAt),
                rows.instants(\.dueAt),
            ]
        }
    }

    private let school: SchoolPlan
    private let assignments: [PlannedAssignment]
    var portionCount: Int { assignments.count }

    init(_ school: SchoolPlan, _ assignments: [PlannedAssignment]) {
        self.school = school
        self.assignments = assignments
    }

    func append(portion: Int, to rows: inout [Row]) {
        let assignment = assignments[portion]
        let subject = school.layout.subject(ofClass: assignment.classIndex)
        var chance = Chance(school.seed, .title, -1, assignment.classIndex << 8 | assignment.number)
        let kind = chance.pick(SchoolNames.assignments)
        rows.append(
            Row(
                index: assignment.index, teacher: assignment.teacher, classIndex: assignment.classIndex,
                subject: subject,
                title: "\(SchoolNames.subject(subject, in: school.layout)): \(kind) \(assignment.number + 1)",
                createdAt: school.calendar.instant(assignment.day, second: assignment.second),
                // 21:59:59, so that in most of Europe and Africa it is the evening of the same date.
                dueAt: assignment.dueDay.map { school.calendar.instant($0, second: 22 * 3600 - 1) }))
    }
}
