import RollbookModel

/// One reading of a bundle, with what later files need to know of earlier ones.
final class OneRosterReading {
    /// Why a record that needs a class's subject is rejected.
    static let unknownClass = "the class is in no classes.csv of this bundle or an earlier one; its subject is unknown"

    private let bundle: OneRosterBundle
    private let sink: any RecordSink
    private var roles: [String: OneRosterRoles] = [:]
    /// The users of a delta's `users.csv`.
    private var changedUsers: Set<String> = []
    private var courses: Set<String> = []
    private var courseOfClass: [String: String] = [:]
    private var teachersOfClasses: Set<[String]> = []

    init(_ bundle: OneRosterBundle, sink: any RecordSink) {
        self.bundle = bundle
        self.sink = sink
    }

    /// Reads all files, each after those it refers to.
    func read() async throws {
        try await readRoles()
        try await readUsers()
        try await rememberOtherRoles()
        try await readCourses()
        try await readClasses()
        try await readEnrollments()
        try await OneRosterGradebook(bundle, sink: sink, courseOfClass: course(of:)).read()
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
        let role = OneRosterRoles(word: table.word("role"))
        if !role.isEmpty { roles[table.text("userSourcedId"), default: []].formUnion(role) }
    }

    private func readUsers() async throws {
        guard let table = try bundle.open(.users) else { return }
        try await table.forEachRecord(into: sink) { output throws(RecordFault) in
            let id = try table.neededText("sourcedId")
            if bundle.coverage == .delta { changedUsers.insert(id) }
            if try table.isGone(output) {
                output.remove(.text(id), from: .students)
                output.remove(.text(id), from: .teachers)
                return
            }
            let roles = try rolesOfUser(id, table)
            output.remember(roles.text, of: id, topic: OneRosterMemory.userRole)
            guard !roles.isDisjoint(with: [.student, .teacher]) else {
                return output.note("users who are neither student nor teacher, left out")
            }
            let values: [FieldValue] = [
                .identifier(.text(id)), .text(try table.neededText("givenName")),
                .text(try table.neededText("familyName")),
            ]
            if roles.contains(.student) { output.append(values, to: .students, line: table.csv.line) }
            if roles.contains(.teacher) { output.append(values, to: .teachers, line: table.csv.line) }
        }
    }

    /// What a user is by all that is known: a delta may say it elsewhere, or have said it earlier.
    private func rolesOfUser(_ id: String, _ table: OneRosterTable) throws(RecordFault) -> OneRosterRoles {
        var found = OneRosterRoles(word: table.word("role"))
        found.formUnion(roles[id, default: []])
        found.formUnion(rolesBefore(of: id))
        if !found.isEmpty { return found }
        guard bundle.coverage == .bulk else {
            throw table.fault(
                "role", "the user's role is neither in this bundle nor in an earlier one; send it in roles.csv")
        }
        return .other
    }

    private func rolesBefore(of user: String) -> OneRosterRoles {
        bundle.memory[OneRosterMemory.userRole, user].map { OneRosterRoles(text: $0) } ?? []
    }

    /// Remembers the roles that a delta gives to users whom its `users.csv` does not hold, for the bundle that will.
    private func rememberOtherRoles() async throws {
        let others = roles.filter {
            !changedUsers.contains($0.key) && !rolesBefore(of: $0.key).isSuperset(of: $0.value)
        }
        roles = [:]
        guard bundle.coverage == .delta, !others.isEmpty else { return }
        try await sink.remember(
            others.sorted { $0.key < $1.key }.map { user, roles in
                SourceMemory.Entry(
                    topic: OneRosterMemory.userRole, sourceIdentifier: user,
                    value: roles.union(rolesBefore(of: user)).text)
            })
        await sink.note(
            SourceNote(
                file: nil, message: "users with a new role whom users.csv does not hold; it counts when one does",
                count: others.count))
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
        let holdsAllCourses = bundle.coverage == .bulk || (table.mode == .bulk && bundle.modes[.courses] == .bulk)
        try await table.forEachRecord(into: sink) { output throws(RecordFault) in
            let id = try table.neededText("sourcedId")
            if try table.isGone(output) { return output.remove(.text(id), from: .classes) }
            let title = try table.neededText("title")
            let course = try table.neededText("courseSourcedId")
            if let before = self.course(of: id), before != course {
                output.note(
                    "classes with another course; enrollments and line items stored before keep the one they had")
            }
            courseOfClass[id] = course
            output.remember(course, of: id, topic: OneRosterMemory.classCourse)
            if holdsAllCourses, courses.insert(course).inserted {
                output.note("classes whose course is in no courses.csv; a subject is made of the class's title")
                output.append([.identifier(.text(course)), .text(title)], to: .subjects, line: table.csv.line)
            }
            output.append([.identifier(.text(id)), .text(title)], to: .classes, line: table.csv.line)
        }
    }

    /// The course of a class of this bundle or an earlier one.
    private func course(of schoolClass: String) -> String? {
        courseOfClass[schoolClass] ?? bundle.memory[OneRosterMemory.classCourse, schoolClass]
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
        guard let course = course(of: classID) else {
            throw table.fault("classSourcedId", Self.unknownClass)
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
