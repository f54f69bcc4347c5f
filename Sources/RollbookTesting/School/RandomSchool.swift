import RollbookModel

/// A small school made up at random, on the edges where calendars, ties and empty groups go wrong, and the instant from
/// which it is looked at.
struct RandomSchool {
    let records: SchoolRecords
    let asOf: Instant
    /// Questions to it: every report and view, with parameters, definitions and zones at random.
    let questions: [SchoolQuestion]

    private static let zoneNames = [
        "UTC", "Europe/Berlin", "America/St_Johns", "Asia/Beirut", "Pacific/Apia", "Africa/Casablanca",
    ]

    /// Instants near which clocks change, dates are left out, or days begin after midnight.
    private static let turningPoints = [
        "2025-03-30T01:00:00Z", "2025-10-26T01:00:00Z", "2024-03-30T22:00:00Z", "2011-12-30T10:00:00Z",
        "2010-11-07T02:31:00Z", "2025-03-29T22:00:00Z", "2024-04-14T02:00:00Z", "2024-12-31T23:59:59Z",
    ]

    init(seed: UInt64) {
        var chance = SeededChance(seed: seed)
        let turn = Instant(parsing: chance.one(of: Self.turningPoints)) ?? Instant(secondsSinceEpoch: 0)
        asOf = turn.adding(microseconds: Int64(chance.number(0...240)) * 1_800_000_000)
        let policies = (0..<3).map { _ in Self.policy(&chance) }
        var builder = Builder(chance: chance, asOf: asOf, zone: policies[0].timeZone)
        records = builder.build()
        chance = builder.chance
        let asOf = self.asOf
        let school = records
        questions = policies.flatMap { Self.questions(school, policy: $0, asOf: asOf, &chance) }
    }

    private static func policy(_ chance: inout SeededChance) -> Policy {
        let pass = Int64(chance.one(of: [0, 5_000, 6_000, 6_999, 7_000, 10_000]))
        return Policy(
            passMark: FixedDecimal(units: pass, scale: 2),
            excellentMark: FixedDecimal(units: max(pass, Int64(chance.one(of: [7_001, 9_000]))), scale: 2),
            overdueAfterDays: chance.one(of: [0, 1, 7, 7, 30]), recentDays: chance.one(of: [0, 1, 7, 7, 30]),
            timeZone: Zone(identifier: chance.one(of: zoneNames)) ?? .utc, lateCountsAsPresent: chance.once(in: 2))
    }

    private static func questions(
        _ school: SchoolRecords, policy: Policy, asOf: Instant, _ chance: inout SeededChance
    ) -> [SchoolQuestion] {
        let parameters: [(String, [String])] = [
            ("student-progress", ["student", "by", "days", "page"]),
            ("subject-comparison", ["student", "days", "page"]),
            ("teacher-workload", ["teacher", "days"]), ("attendance-correlation", ["days"]),
            ("top-performers", ["subject", "min_submissions", "days", "page"]),
            ("bottom-performers", ["subject", "min_submissions", "days", "page"]),
            ("student-engagement", ["days", "page"]), ("class-trends", ["class", "by", "days", "page"]),
            ("engagement-trend", ["by", "days"]), ("student_grade_summary", ["page"]),
            ("class_progress_summary", ["page"]), ("teacher_workload", ["page"]), ("subject_performance", ["page"]),
        ]
        return parameters.flatMap { name, names in
            (0..<(name.contains("_") ? 1 : 3)).map { _ in
                var texts: [String: String] = [:]
                for parameter in names { choose(parameter, school, &texts, &chance) }
                return SchoolQuestion(name, texts, policy: policy, asOf: asOf)
            }
        }
    }

    private static func choose(
        _ parameter: String, _ school: SchoolRecords, _ texts: inout [String: String], _ chance: inout SeededChance
    ) {
        switch parameter {
        case "student": texts["student"] = String(chance.one(of: school.students).id)
        case "teacher": texts["teacher"] = String(chance.one(of: school.teachers).id)
        case "subject": texts["subject"] = chance.once(in: 2) ? nil : String(chance.one(of: school.subjects).id)
        case "class": texts["class"] = chance.once(in: 2) ? nil : String(chance.one(of: school.classes).id)
        case "by": texts["by"] = chance.one(of: Period.allCases + Period.allCases).rawValue
        case "days":
            texts["days"] = chance.once(in: 4) ? nil : String(chance.one(of: [1, 2, 7, 8, 30, 31, 90, 366, 3660]))
        case "min_submissions": texts["min_submissions"] = chance.once(in: 3) ? nil : String(chance.number(1...4))
        default:
            texts["limit"] = chance.once(in: 2) ? nil : String(chance.number(1...4))
            texts["offset"] = chance.once(in: 2) ? nil : String(chance.number(0...4))
        }
    }
}

/// Fills the tables.
private struct Builder {
    var chance: SeededChance
    let asOf: Instant
    let zone: Zone
    private var school = SchoolRecords()

    init(chance: SeededChance, asOf: Instant, zone: Zone) {
        self.chance = chance
        self.asOf = asOf
        self.zone = zone
    }

    mutating func build() -> SchoolRecords {
        let (students, teachers) = (chance.number(1...8), chance.number(1...3))
        let (subjects, classes) = (chance.number(1...3), chance.number(1...4))
        school.students = ids(students).map { .init(id: $0, firstName: "Ada\($0)", lastName: "O'Neil, \"É\"") }
        school.teachers = ids(teachers).map { .init(id: $0, firstName: "Tom", lastName: "Teacher\($0)") }
        school.subjects = ids(subjects).map { .init(id: $0, name: "Subject \($0)") }
        school.classes = ids(classes).map { .init(id: $0, name: "Class; \($0)") }
        school.enrollments = ids(chance.number(0...2 * students * classes)).map { id in
            .init(
                id: id, student: chance.one(of: school.students).id, schoolClass: chance.one(of: school.classes).id,
                subject: chance.one(of: school.subjects).id, isActive: !chance.once(in: 4))
        }
        school.materials = ids(chance.number(1...8)).map { id in
            .init(
                id: id, subject: chance.one(of: school.subjects).id,
                schoolClass: chance.once(in: 2) ? nil : chance.one(of: school.classes).id)
        }
        school.materialSubmissions = ids(chance.number(0...12 * students)).map { id in
            .init(
                id: id, student: chance.one(of: school.students).id, material: chance.one(of: school.materials).id,
                submittedAt: instant(), score: score(noneOnceIn: 5))
        }
        addAssignments()
        school.attendance = ids(chance.number(0...10 * students)).map { id in
            .init(
                id: id, student: chance.one(of: school.students).id, schoolClass: chance.one(of: school.classes).id,
                date: zone.date(of: instant()),
                status: chance.one(of: ["present", "present", "late", "absent", "excused"]))
        }
        return school
    }

    private mutating func addAssignments() {
        school.assignments = ids(chance.number(0...6)).map { id in
            .init(
                id: id, teacher: chance.one(of: school.teachers).id, schoolClass: chance.one(of: school.classes).id,
                subject: chance.one(of: school.subjects).id, createdAt: instant())
        }
        if school.assignments.isEmpty { return }
        school.assignmentSubmissions = ids(chance.number(0...30)).map { id in
            let at = instant()
            return .init(
                id: id, assignment: chance.one(of: school.assignments).id, student: chance.one(of: school.students).id,
                status: chance.one(of: ["pending", "graded", "graded", "returned"]), submittedAt: at,
                gradedAt: chance.once(in: 4)
                    ? nil : at.adding(microseconds: Int64(chance.number(-7_200...500_000)) * 1_000_003),
                score: score(noneOnceIn: 3))
        }
    }

    private func ids(_ count: Int) -> [Int64] { (0..<count).map { Int64($0 + 1) } }

    private mutating func score(noneOnceIn times: Int) -> Int64? {
        if chance.once(in: times) { return nil }
        if chance.once(in: 3) { return Int64(chance.number(0...10_000)) }
        return Int64(chance.one(of: [0, 1, 5_000, 6_999, 7_000, 7_001, 8_999, 9_000, 9_000, 10_000]))
    }

    /// Often at or beside the beginning of a local date, or whole days before as-of.
    private mutating func instant() -> Instant {
        let days = chance.one(of: [0, 0, 1, 3, 7, 10, 29, 30, 31, 60, 89, 90, 91, 400]) - (chance.once(in: 12) ? 3 : 0)
        let shift = Int64(chance.number(-1...1))
        switch chance.number(0...3) {
        case 0: return asOf.adding(days: -days).adding(microseconds: shift)
        case 1: return zone.start(of: zone.date(of: asOf).adding(days: -days)).adding(microseconds: shift)
        case 2: return Instant(startOf: asOf.utcDate.adding(days: -days)).adding(microseconds: shift)
        default: return asOf.adding(microseconds: -Int64(chance.number(0...100 * 24 * 60)) * 60_000_000 + shift)
        }
    }
}
