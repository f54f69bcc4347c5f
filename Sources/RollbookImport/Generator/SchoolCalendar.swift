import RollbookModel

/// The year of a made-up school: three terms with breaks between them, days off, and when people work.
struct SchoolCalendar: Sendable {
    /// What people do on a day.
    enum Day: Sendable { case school, weekend, holiday }

    /// The days of a year, from the first of the first term to the last of the third.
    static let length = 300

    /// The first date.
    let firstDate: CalendarDate
    /// What each day of the year is.
    let days: [Day]
    /// How much of a year's work falls on each day, in millionths; they add up to nearly a million.
    let workShares: [Int]
    /// The days with lessons, by their place in the year.
    let schoolDays: [Int]

    init(endsOn lastDate: CalendarDate) {
        firstDate = lastDate.adding(days: 1 - Self.length)
        let weekdays = (0..<Self.length).map { [firstDate] in Self.weekday(of: firstDate.adding(days: $0)) }
        // Breaks begin on a Monday and last whole weeks: autumn one, winter and spring two each.
        let breaks = [(day: 54, weeks: 1), (day: 107, weeks: 2), (day: 207, weeks: 2)].map { nominal in
            let monday = nominal.day + (7 - weekdays[nominal.day]) % 7
            return monday..<monday + nominal.weeks * 7
        }
        let daysOff = [33, 162, 243, 256]
        days = weekdays.indices.map { day in
            if breaks.contains(where: { $0.contains(day) }) { return .holiday }
            // Before the first lesson there is nothing to do yet.
            if weekdays[day] >= 5 { return day < 2 ? .holiday : .weekend }
            return daysOff.contains(day) ? .holiday : .school
        }
        schoolDays = days.indices.filter { [days] in days[$0] == .school }
        // The autumn break only interrupts a term; the other two, and the year's end, are where tests are written.
        let termEnds = [breaks[1].lowerBound, breaks[2].lowerBound, Self.length]
        let weights = days.indices.map { [days] day in
            let nearsEnd = termEnds.contains { ($0 - 12..<$0).contains(day) }
            return Self.work(on: days[day], weekday: weekdays[day]) * (nearsEnd ? 14 : 10)
        }
        let total = weights.reduce(0, +)
        workShares = weights.map { $0 * 1_000_000 / total }
    }

    /// The date of a day of the year.
    func date(_ day: Int) -> Int32 { firstDate.daysSinceEpoch + Int32(day) }

    /// The microseconds since 1970 of a day of the year and a second of that day.
    func instant(_ day: Int, second: Int) -> Int64 { (Int64(date(day)) * 86_400 + Int64(second)) * 1_000_000 }

    /// A second of a day at which students work: between lessons and in the evening, on free days later and more evenly.
    func studySecond(on day: Int, _ chance: inout Chance) -> Int {
        let hour = chance.pick(days[min(day, Self.length - 1)] == .school ? Self.schoolDayHours : Self.freeDayHours)
        return hour * 3600 + chance.below(3600)
    }

    private static let schoolDayHours = [
        7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 11, 12, 12, 13, 13, 13, 14, 14, 15, 15, 16, 16, 17, 17, 18, 18, 18, 19,
        19, 19, 20, 20, 20, 21, 21, 22, 23,
    ]
    private static let freeDayHours = [
        0, 9, 10, 10, 11, 11, 11, 12, 13, 14, 14, 15, 15, 16, 16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 20, 21, 21, 22,
        23,
    ]

    private static func work(on day: Day, weekday: Int) -> Int {
        switch day {
        case .school: weekday == 4 ? 75 : 100
        case .weekend: weekday == 5 ? 18 : 42
        case .holiday: 2
        }
    }

    /// 0 for a Monday, 6 for a Sunday.
    private static func weekday(of date: CalendarDate) -> Int {
        Int(date.daysSinceEpoch - date.monday.daysSinceEpoch)
    }
}
