import RollbookModel

/// Makes the submissions to materials, day by day and within a day by time, so that their ids ascend with time.
struct MaterialSubmissionRows: RowMaker {
    struct Row: GeneratedRow {
        static let table = RecordTable.materialSubmissions
        let index: Int
        let student: Int
        let material: Int
        let submittedAt: Int64
        let score: Int32?

        static func columns(of rows: ArraySlice<Row>) -> [BatchColumn] {
            [
                rows.identifiers(\.index), rows.identifiers(\.student), rows.identifiers(\.material),
                rows.instants(\.submittedAt), rows.scores(\.score),
            ]
        }
    }

    private let school: SchoolPlan
    private let plan: MaterialPlan
    private var made = 0
    private var moments: [Moment] = []
    let portionCount = SchoolCalendar.length

    init(_ school: SchoolPlan) {
        self.school = school
        plan = MaterialPlan(school)
    }

    mutating func append(portion day: Int, to rows: inout [Row]) {
        findMoments(of: day)
        for moment in moments { rows.append(submission(at: moment, on: day)) }
    }

    /// A second of a day, a student, and which of the student's submissions of the day it is; in this order of bits, so
    /// that sorting goes by time.
    private struct Moment: Comparable {
        let bits: UInt64

        init(second: Int, student: Int, number: Int) {
            bits = UInt64(second) << 40 | UInt64(student) << 16 | UInt64(number)
        }

        var second: Int { Int(bits >> 40) }
        var student: Int { Int(bits >> 16 & 0xFF_FFFF) }
        var number: Int { Int(bits & 0xFFFF) }

        static func < (left: Moment, right: Moment) -> Bool { left.bits < right.bits }
    }

    private mutating func findMoments(of day: Int) {
        moments.removeAll(keepingCapacity: true)
        let share = school.submissionsPerStudent * school.calendar.workShares[day]
        let progress = StudentProfile.progress(by: day)
        for (student, profile) in school.profiles.enumerated() where day < profile.leavesOn {
            let trend = 1000 + profile.trend * progress / 1000
            // Submissions expected of the student on this day, in billionths.
            let expected = share * profile.activity / 1000 * trend
            var chance = Chance(school.seed, .activity, student, day)
            let count = Self.count(expected: expected, &chance)
            for number in 0..<count {
                var hour = Chance(school.seed, .hour, student, day << 16 | number)
                let second = school.calendar.studySecond(on: day, &hour)
                moments.append(Moment(second: second, student: student, number: number))
            }
        }
        moments.sort()
    }

    /// Students work in bursts: on half of their days not at all, on some a lot. The factors' mean is one.
    private static let bursts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 3, 3, 3, 5]

    /// A number of submissions whose mean is the expected one, given in billionths.
    private static func count(expected: Int, _ chance: inout Chance) -> Int {
        let amount = expected * chance.pick(bursts)
        return min((amount + chance.below(1_000_000_000)) / 1_000_000_000, 0xFFFF)
    }

    private mutating func submission(at moment: Moment, on day: Int) -> Row {
        let (student, profile) = (moment.student, school.profiles[moment.student])
        var chance = Chance(school.seed, .submission, student, day << 16 | moment.number)
        var slot = chance.below(SchoolLayout.slots)
        if !profile.attends(slot: slot, on: day) { slot = (slot + 1) % SchoolLayout.slots }
        let classIndex = school.layout.classIndex(of: student, slot: slot)
        let isShared = chance.happens(perThousand: 200)
        let owner =
            isShared
            ? plan.owner(subject: school.layout.subject(ofClass: classIndex)) : plan.owner(classIndex: classIndex)
        let material = plan.material(plan.number(by: day, &chance), ofOwner: owner)
        let score = school.marks.score(
            student, profile, slot: slot, difficulty: school.marks.difficulty(material), day: day, &chance)
        let isGraded = !chance.happens(perThousand: Self.ungraded(on: day))
        made += 1
        return Row(
            index: made - 1, student: student, material: material,
            submittedAt: school.calendar.instant(day, second: moment.second), score: isGraded ? score : nil)
    }

    /// How many of a thousand submissions of a day nobody has graded: few old ones, most of the newest.
    private static func ungraded(on day: Int) -> Int {
        let age = SchoolCalendar.length - 1 - day
        return 21 + max(0, 21 - age) * 28
    }
}
