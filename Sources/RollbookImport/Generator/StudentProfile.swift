/// How a made-up student works, which decides all that the student leaves in the records.
struct StudentProfile: Sendable {
    /// Above or below the mean mark, in thousandths of a standard deviation.
    let ability: Int
    /// Submissions beside the average of all students, in thousandths.
    let activity: Int
    /// How much more than that at the end of the year, and less at its beginning, in thousandths; negative where a
    /// student falls behind.
    let trend: Int
    /// School days missed without and with an excuse, and days with a late arrival, of a thousand.
    let absent: Int
    let excused: Int
    let late: Int
    /// The first day on which the student is no longer at the school; the year's length for those who stay.
    let leavesOn: Int
    /// The slot whose class the student gives up, or -1, and the day.
    let droppedSlot: Int
    let dropsOn: Int

    init(of student: Int, seed: UInt64) {
        var chance = Chance(seed, .profile, student)
        let diligence = chance.deviation()
        // Diligence is shared by attendance and marks; with the noise of both it shows as a correlation of about 0.4.
        ability = (diligence * 600 + chance.deviation() * 800) / 1000
        absent = max(8, 55 - diligence * 42 / 1000 + diligence * diligence * 13 / 1_000_000)
        late = max(5, 40 - diligence * 15 / 1000)
        excused = chance.within(10...45)
        activity = Self.activity(&chance)
        trend = chance.happens(perThousand: 80) ? -900 : chance.within(-200...200)
        leavesOn =
            chance.happens(perThousand: 20)
            ? chance.within(30...SchoolCalendar.length - 10) : SchoolCalendar.length
        let drops = chance.happens(perThousand: 240)
        droppedSlot = drops ? chance.below(SchoolLayout.slots) : -1
        dropsOn = chance.within(20...200)
    }

    /// Whether the student still attends a slot's class at the end of the year.
    func isActive(slot: Int) -> Bool { leavesOn == SchoolCalendar.length && slot != droppedSlot }

    /// Whether the student attends a slot's class on a day.
    func attends(slot: Int, on day: Int) -> Bool { day < leavesOn && (slot != droppedSlot || day < dropsOn) }

    /// What the trend adds to the mean by a day, in thousandths of the trend.
    static func progress(by day: Int) -> Int { (day * 2 - SchoolCalendar.length) * 1000 / SchoolCalendar.length }

    /// The mean of these is about 1,000: a tenth of the students are nearly silent, and three of a hundred never rest.
    private static func activity(_ chance: inout Chance) -> Int {
        switch chance.below(100) {
        case 0..<10: chance.within(20...150)
        case 10..<60: chance.within(400...920)
        case 60..<85: chance.within(920...1400)
        case 85..<97: chance.within(1400...2600)
        default: chance.within(3000...6500)
        }
    }
}
