import RollbookModel

/// One reading of a bundle, with what later files need to know of earlier ones.
final class OneRosterReading {
    /// What a user is to Rollbook.
    private struct Roles: OptionSet {
        let rawValue: UInt8
        static let student = Roles(rawValue: 1)
        static let teacher = Roles(rawValue: 2)
    }

    private let bundle: OneRosterBundle
    private let sink: any RecordSink
    private var roles: [String: Roles] = [:]
    private var courses: Set<String> = []
    private var courseOfClass: [String: String]
    private var teachersOfClasses: Set<[String]> = []

    init(_ bundle: OneRosterBundle, sink: any RecordSink) {
        self.bundle = bundle
        self.sink = sink
        courseOfClass = bundle.courseOfClass
    }

    /// Reads all files, each after those it refers to.
    func read() async throws {
        try await readRoles()
        try await readUsers()
        try await readCourses()
        try await readClasses()
        try await readEnrollments()
        try await OneRosterGradebook(bundle, sink: sink, courseOfClass: courseOfClass).read()
    }

    /// Gathers who is a student or a teacher from `roles.csv` and the enrollments.
    private func readRoles() async throws {
        if let table = try bundle.open(.roles) {
            try await table.forEachRecord(into: sink) { output throws(RecordFault) in
                if try !table.isGone(output) { addRole(of: table) }
            }
        }
        if let table = try bundle.open(.enrollments) {
            try await table.forEachRecord(into: sink, isFirstReading: false) { output throws(RecordFault) in
                if try !table.isGone(output) { addRole(of: table) }
            }
        }
    }

    private func addRole(of table: OneRosterTable) {
        let role = Self.roles(table.word("role"))
        if !role.isEmpty { roles[table.text("userSourcedId"), default: []].formUnion(role) }
    }

    private static func roles(_ word: String) -> Roles {
        switch word {
        case "student": .student
        case "teacher": .teacher
        default: []
        }
    }

    private func readUsers() async throws {
        guard let table = try bundle.open(.users) else { return }
        try await table.forEachRecord(into: sink) { output throws(RecordFault) in
            let id = try table.neededText("sourcedId")
            if try table.isGone(output) {
                output.remove(.text(id), from: .students)
                output.remove(.text(id), from: .teachers)
                return
            }
            let roles = roles[id, default: []].union(Self.roles(table.word("role")))
            guard !roles.isEmpty else { return output.note("users who are neither student nor teacher, left out") }
            let values: [FieldValue] = [
                .identifier(.text(id)), .text(try table.neededText("givenName")),
                .text(try table.neededText("familyName")),
            ]
            if roles.contains(.student) { output.append(values, to: .students, line: table.csv.line) }
            if roles.contains(.teacher) { output.append(values, to: .teachers, line: table.csv.line) }
        }
        roles = [:]
    }

    private func readCourses() async throws {
        guard let table = try bundle.open(.courses) else { return }
        try await table.forEachRecord(into: sink) { output throws(RecordFault) in
            let id = try table.neededText("sourcedId")
            if try table.isGone(output) { return output.remove(.text(id), from: .subjects) }
            let values: [FieldValue] = [.identifier(.text(id)), .text(try table.neededText("title"))]
            courses.insert(id)
            output.append(values, to: .subjects, line: table.csv.line)
        }
    }

    private func readClasses() async throws {
        guard let table = try bundle.open(.classes) else { return }
        // In a delta, a course that is not there is one that has not changed.
        let holdsAllCourses = table.mode == .bulk && bundle.modes[.courses] != .delta
        try await table.forEachRecord(into: sink) { output throws(RecordFault) in
            let id = try table.neededText("sourcedId")
            if try table.isGone(output) { return output.remove(.text(id), from: .classes) }
            let title = try table.neededText("title")
            let course = try table.neededText("courseSourcedId")
            courseOfClass[id] = course
            if holdsAllCourses, courses.insert(course).inserted {
                output.note("classes whose course is in no courses.csv; a subject is made of the class's title")
                output.append([.identifier(.text(course)), .text(title)], to: .subjects, line: table.csv.line)
            }
            output.append([.identifier(.text(id)), .text(title)], to: .classes, line: table.csv.line)
        }
    }

    private func readEnrollments() async throws {
        guard let table = try bundle.open(.enrollments) else { return }
        try await table.forEachRecord(into: sink) { output throws(RecordFault) in
            let id = try table.neededText("sourcedId")
            if try table.isGone(output) {
                if table.word("role") == "teacher" {
                    output.note("a teacher's enrollment is gone; who teaches a class is only set anew by a bulk import")
                }
                return output.remove(.text(id), from: .enrollments)
            }
            switch table.word("role") {
            case "student": output.append(try enrollment(id, table), to: .enrollments, line: table.csv.line)
            case "teacher": try addTeacher(table, output)
            default: output.note("enrollments that are neither a student's nor a teacher's, left out")
            }
        }
    }

    private func enrollment(_ id: String, _ table: OneRosterTable) throws(RecordFault) -> [FieldValue] {
        let classID = try table.neededText("classSourcedId")
        guard let course = courseOfClass[classID] else {
            throw table.fault("classSourcedId", "the class is in no classes.csv, so that its subject is unknown")
        }
        let end = try table.date("endDate")
        return [
            .identifier(.text(id)), .identifier(.text(try table.neededText("userSourcedId"))),
            .identifier(.text(classID)), .identifier(.text(course)),
            .boolean(end.map { bundle.today < $0 } ?? true),
        ]
    }

    /// A teacher teaches a class once, however many terms it spans.
    private func addTeacher(_ table: OneRosterTable, _ output: RecordOutput) throws(RecordFault) {
        let classID = try table.neededText("classSourcedId")
        let teacher = try table.neededText("userSourcedId")
        guard teachersOfClasses.insert([classID, teacher]).inserted else { return }
        output.append(
            [.identifier(.text(classID)), .identifier(.text(teacher))], to: .classTeachers, line: table.csv.line)
    }
}
