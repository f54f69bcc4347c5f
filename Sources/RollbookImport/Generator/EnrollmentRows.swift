import RollbookModel

/// Makes the enrollments, student by student.
struct EnrollmentRows: RowMaker {
    struct Row: GeneratedRow {
        static let table = RecordTable.enrollments
        let index: Int
        let student: Int
        let classIndex: Int
        let subject: Int
        let isActive: Bool

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [
                rows.identifiers(\.index), rows.identifiers(\.student), rows.identifiers(\.classIndex),
                rows.identifiers(\.subject), .booleans(rows.map(\.isActive)),
            ]
        }
    }

    private let school: SchoolPlan
    private var made = 0
    var portionCount: Int { school.layout.students }

    init(_ school: SchoolPlan) { self.school = school }

    mutating func append(portion student: Int, to rows: inout [Row]) {
        let (layout, profile) = (school.layout, school.profiles[student])
        for slot in 0..<SchoolLayout.slots {
            let classIndex = layout.classIndex(of: student, slot: slot)
            add(student, classIndex, isActive: profile.isActive(slot: slot), to: &rows)
        }
        if let second = layout.secondClass(of: student) {
            add(student, second, isActive: profile.isActive(slot: layout.slot(ofClass: second)), to: &rows)
        }
    }

    private mutating func add(_ student: Int, _ classIndex: Int, isActive: Bool, to rows: inout [Row]) {
        rows.append(
            Row(
                index: made, student: student, classIndex: classIndex,
                subject: school.layout.subject(ofClass: classIndex), isActive: isActive))
        made += 1
    }
}

/// Makes the list of who teaches which class.
struct ClassTeacherRows: RowMaker {
    struct Row: GeneratedRow {
        static let table = RecordTable.classTeachers
        let classIndex: Int
        let teacher: Int

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [rows.identifiers(\.classIndex), rows.identifiers(\.teacher)]
        }
    }

    private let layout: SchoolLayout
    var portionCount: Int { layout.classCount }

    init(_ school: SchoolPlan) { layout = school.layout }

    func append(portion index: Int, to rows: inout [Row]) {
        rows.append(Row(classIndex: index, teacher: layout.teacher(ofClass: index)))
        if let second = layout.secondTeacher(ofClass: index) {
            rows.append(Row(classIndex: index, teacher: second))
        }
    }
}
