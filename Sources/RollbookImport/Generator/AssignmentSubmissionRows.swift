import RollbookModel

/// Makes the submissions to assignments, assignment by assignment.
struct AssignmentSubmissionRows: RowMaker {
    struct Row: GeneratedRow {
        static let table = RecordTable.assignmentSubmissions
        let index: Int
        let assignment: Int
        let student: Int
        let submittedAt: Int64
        let review: Review

        /// How far a review is.
        struct Review {
            var status = "pending"
            var gradedAt: Int64?
            var score: Int32?
        }

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [
                rows.identifiers(\.index), rows.identifiers(\.assignment), rows.identifiers(\.student),
                rows.texts(\.review.status), rows.instants(\.submittedAt), rows.instants(\.review.gradedAt),
                rows.scores(\.review.score),
            ]
        }
    }

    private let school: SchoolPlan
    private let assignments: [PlannedAssignment]
    private var made = 0
    var portionCount: Int { assignments.count }

    init(_ school: SchoolPlan, _ assignments: [PlannedAssignment]) {
        self.school = school
        self.assignments = assignments
    }

    mutating func append(portion: Int, to rows: inout [Row]) {
        let assignment = assignments[portion]
        let slot = school.layout.slot(ofClass: assignment.classIndex)
        for student in school.layout.roster(ofClass: assignment.classIndex) {
            let profile = school.profiles[student]
            var chance = Chance(school.seed, .review, student, assignment.classIndex << 8 | assignment.number)
            guard chance.happens(perThousand: 880 + profile.ability * 40 / 1000),
                let moment = submission(of: assignment, &chance), profile.attends(slot: slot, on: moment.day)
            else { continue }
            rows.append(
                Row(
                    index: made, assignment: assignment.index, student: student,
                    submittedAt: school.calendar.instant(moment.day, second: moment.second),
                    review: review(of: assignment, student, slot: slot, submitted: moment, &chance)))
            made += 1
        }
    }

    /// A day of the year and a second of it.
    private typealias Moment = (day: Int, second: Int)

    /// When a student hands in: mostly towards the date it is due, seldom late; nil where that is after the year's end.
    private func submission(of assignment: PlannedAssignment, _ chance: inout Chance) -> Moment? {
        let span = (assignment.dueDay ?? assignment.day + 10) - assignment.day
        var day = assignment.day + max(chance.below(span + 1), chance.below(span + 1))
        if assignment.dueDay != nil, chance.happens(perThousand: 80) {
            day = assignment.day + span + chance.within(1...5)
        }
        guard day < SchoolCalendar.length else { return nil }
        return later((assignment.day, assignment.second), on: day, &chance)
    }

    /// What the teacher has done about a submission by the year's end.
    private func review(
        of assignment: PlannedAssignment, _ student: Int, slot: Int, submitted: Moment, _ chance: inout Chance
    ) -> Row.Review {
        let pace = Self.paces[Chance.choice(school.seed, .teacher, assignment.teacher, 2, of: Self.paces.count)]
        // Nobody grades at night what came in late in the evening.
        let days = max(chance.within(pace), submitted.second > 19 * 3600 ? 1 : 0)
        let graded = later(submitted, on: submitted.day + days, &chance)
        let isForgotten = chance.happens(perThousand: 25)
        guard !isForgotten, graded.day < SchoolCalendar.length else { return .init() }
        let isReturned = chance.happens(perThousand: 120)
        // Some are returned to be done again, without a mark.
        if isReturned, chance.happens(perThousand: 250) { return .init(status: "returned") }
        // Far from the materials' numbers, whose difficulties are others.
        let difficulty = school.marks.difficulty(-1 - assignment.index)
        let score = school.marks.score(
            student, school.profiles[student], slot: slot, difficulty: difficulty, day: submitted.day, &chance)
        return .init(
            status: isReturned ? "returned" : "graded",
            gradedAt: school.calendar.instant(graded.day, second: graded.second), score: score)
    }

    /// The days that a teacher takes to grade: some do it the same day, some after weeks.
    private static let paces = [0...1, 0...2, 0...4, 1...6, 1...8, 3...12, 5...25]

    /// A moment on a day that is not before another: on its own day minutes or hours later, before midnight.
    private func later(_ moment: Moment, on day: Int, _ chance: inout Chance) -> Moment {
        guard day == moment.day else { return (day, school.calendar.studySecond(on: day, &chance)) }
        return (day, min(moment.second + chance.within(1200...14_400), 86_399))
    }
}
