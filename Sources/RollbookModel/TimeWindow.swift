/// The calendar dates that a report looks at: the last so many that end with the date of the as-of instant.
public struct TimeWindow: Hashable, Sendable {
    /// The first date, or nil where the window reaches back over all time.
    public let firstDate: CalendarDate?
    /// The last date: that of the as-of instant. All of its records count, also those after the instant.
    public let lastDate: CalendarDate
    /// The first instant of the first date; the earliest storable one where the window reaches back over all time.
    public let from: Instant
    /// The first instant after the last date.
    public let until: Instant

    /// The number of dates a window may have.
    public static let allowedDays = 1...3660

    /// The `days` dates that end with the date of `asOf` in `zone`; all dates up to it where `days` is nil.
    public init(days: Int?, asOf: Instant, zone: Zone) {
        lastDate = zone.date(of: asOf)
        firstDate = days.map { [lastDate] in lastDate.adding(days: 1 - $0) }
        from = firstDate.map(zone.start(of:)) ?? Instant.storable.lowerBound
        until = zone.start(of: lastDate.adding(days: 1))
    }
}

/// The length of a report's periods.
public enum Period: String, CaseIterable, Sendable {
    /// A calendar date.
    case day
    /// Seven dates, beginning on Monday.
    case week
    /// A calendar month.
    case month

    /// The first date of the period to which `date` belongs: it names the period.
    public func start(containing date: CalendarDate) -> CalendarDate {
        switch self {
        case .day: date
        case .week: date.monday
        case .month: date.firstOfMonth
        }
    }
}
