/// When something is to happen again and again, as cron writes it: minute, hour, day of the month, month, day of the week.
///
///     let nightly = try CronExpression("0 2 * * *")
///     nightly.next(after: .now, in: Zone(identifier: "Europe/Berlin") ?? .utc)
///
/// Where both days are restricted, either may match; where one of them begins with a star, both must.
///
/// When clocks are changed, what names its hours happens once for each of its times: a time that the clock passes over
/// happens at the end of the gap (several in one gap are one), and one that comes twice happens the first time. What
/// happens in every hour follows the clock as it is: each time that it shows a matching minute, and never where it does not.
public struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    /// The expression as it was written, with single blanks.
    public let description: String

    let minute: CronField
    let hour: CronField
    let dayOfMonth: CronField
    let month: CronField
    let dayOfWeek: CronField

    /// The names that stand for whole expressions.
    private static let names = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Reads an expression of five fields, or a name such as `@daily`.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument`, naming the field and what it takes, or saying that the expression
    ///   never falls due.
    public init(_ text: some StringProtocol) throws {
        // Nobody writes as much; whoever does means harm.
        guard text.utf8.count <= 1000 else { throw Self.unreadable }
        let words = text.split { $0 == " " || $0 == "\t" }.map { Substring($0) }
        description = words.joined(separator: " ")
        var fields = words
        if let name = words.first, name.hasPrefix("@") {
            guard words.count == 1, let meaning = Self.names[name.lowercased()] else { throw Self.unreadable }
            fields = meaning.split(separator: " ")
        }
        guard fields.count == 5 else { throw Self.unreadable }
        let read = try zip(fields, CronField.Kind.all).map { try CronField($0, as: $1) }
        (minute, hour, dayOfMonth, month, dayOfWeek) = (read[0], read[1], read[2], read[3], read[4])
        guard firstDate(from: CalendarDate(daysSinceEpoch: 0)) != nil else {
            throw RollbookError(
                .invalidArgument,
                "the schedule never falls due: no month that it names has such a day", subject: "schedule")
        }
    }

    private static var unreadable: RollbookError {
        RollbookError(
            .invalidArgument,
            "a schedule takes five fields (minute, hour, day of the month, month, day of the week), such as 0 2 * * *, or one"
                + " of \(names.keys.sorted().joined(separator: ", "))", subject: "schedule")
    }

    /// Whether it happens in every hour of its days.
    var isOfEveryHour: Bool { hour.count == 24 }

    /// Whether a date is among its days.
    func matches(_ date: CalendarDate) -> Bool {
        let (_, month, day) = date.components
        guard self.month.contains(month) else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = ((Int(date.daysSinceEpoch) + 4) % 7 + 7) % 7
        let (isDay, isWeekday) = (dayOfMonth.contains(day), dayOfWeek.contains(weekday))
        return dayOfMonth.isStar || dayOfWeek.isStar ? isDay && isWeekday : isDay || isWeekday
    }

    /// The first of its dates from a date on; nil where there is none in 400 years, after which the calendar repeats itself.
    func firstDate(from start: CalendarDate) -> CalendarDate? {
        var date = start
        let end = start.adding(days: 146_097 + 31)
        while date < end {
            if matches(date) { return date }
            let (year, month, _) = date.components
            if self.month.contains(month) {
                date = date.adding(days: 1)
            } else {
                let next = month == 12 ? (year + 1, 1) : (year, month + 1)
                guard let first = CalendarDate(year: next.0, month: next.1, day: 1) else { return nil }
                date = first
            }
        }
        return nil
    }
}
