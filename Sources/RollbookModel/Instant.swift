import Foundation

/// A point in time, in whole microseconds of UTC.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    public let microsecondsSinceEpoch: Int64

    /// The instant so many microseconds after 1970-01-01T00:00:00Z.
    public init(microsecondsSinceEpoch: Int64) { self.microsecondsSinceEpoch = microsecondsSinceEpoch }

    /// The instant so many whole seconds after 1970-01-01T00:00:00Z.
    public init(secondsSinceEpoch: Int64) { microsecondsSinceEpoch = secondsSinceEpoch * 1_000_000 }

    /// The first instant of a date in UTC.
    public init(startOf date: CalendarDate) {
        self.init(secondsSinceEpoch: Int64(date.daysSinceEpoch) * 86_400)
    }

    /// The instants a record may carry: from 1900 to the end of 2199. What lies outside is a mistake of the source.
    public static let storable =
        Instant(
            startOf: CalendarDate(year: 1900, month: 1, day: 1) ?? CalendarDate(daysSinceEpoch: 0))..<Instant(
            startOf: CalendarDate(year: 2200, month: 1, day: 1) ?? CalendarDate(daysSinceEpoch: 0))

    /// Reads ISO 8601: a date and a time of day with `T` or a blank between them, seconds and their fraction optional
    /// (more than six digits are cut), then `Z`, an offset such as `+02:00`, or nothing, which means UTC.
    ///
    /// A text that is no such instant, or names a date or time that does not exist, gives nil.
    public init?(parsing text: some StringProtocol) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
            scanner.take("-"), let day = scanner.number(digits: 2),
            let date = CalendarDate(year: year, month: month, day: day),
            scanner.take("T") || scanner.take(" ") || scanner.take("t"),
            let hour = scanner.number(digits: 2), hour < 24, scanner.take(":"),
            let minute = scanner.number(digits: 2), minute < 60
        else { return nil }
        var second = 0
        var fraction: Int64 = 0
        if scanner.take(":") {
            guard let whole = scanner.number(digits: 2), whole < 60 else { return nil }
            second = whole
            if scanner.take(".") {
                guard let parsed = Self.fraction(&scanner) else { return nil }
                fraction = parsed
            }
        }
        guard let offset = Self.offset(&scanner), scanner.isAtEnd else { return nil }
        let seconds =
            Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset)
        microsecondsSinceEpoch = seconds * 1_000_000 + fraction
    }

    /// The instant `microseconds` later.
    public func adding(microseconds: Int64) -> Instant {
        Instant(microsecondsSinceEpoch: microsecondsSinceEpoch + microseconds)
    }

    /// The instant `days` x 24 hours later.
    public func adding(days: Int) -> Instant { adding(microseconds: Int64(days) * 86_400_000_000) }

    /// The date in UTC.
    public var utcDate: CalendarDate {
        CalendarDate(daysSinceEpoch: Int32(secondsSinceEpoch.flooredDivision(by: 86_400)))
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    public var secondsSinceEpoch: Int64 { microsecondsSinceEpoch.flooredDivision(by: 1_000_000) }

    /// `YYYY-MM-DDThh:mm:ssZ`, with a fraction only when there is one and without its trailing zeros.
    public var description: String {
        let time = Int(secondsSinceEpoch - Int64(utcDate.daysSinceEpoch) * 86_400)
        let fraction = microsecondsSinceEpoch - secondsSinceEpoch * 1_000_000
        var text =
            "\(utcDate)T\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
        if fraction > 0 {
            var digits = padded(Int(fraction), 6)
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }

    /// Whether the left instant comes before the right one.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }

    private static func fraction(_ scanner: inout DigitScanner) -> Int64? {
        var value: Int64 = 0
        var digits = 0
        while let digit = scanner.digit() {
            if digits < 6 { value = value * 10 + Int64(digit) }
            digits += 1
        }
        guard digits > 0 else { return nil }
        while digits < 6 {
            value *= 10
            digits += 1
        }
        return value
    }

    /// The zone's seconds east of UTC: 0 for `Z` and for no zone at all.
    private static func offset(_ scanner: inout DigitScanner) -> Int? {
        if scanner.isAtEnd || scanner.take("Z") || scanner.take("z") { return 0 }
        let sign: Int
        if scanner.take("+") { sign = 1 } else if scanner.take("-") { sign = -1 } else { return nil }
        guard let hours = scanner.number(digits: 2), hours <= 18 else { return nil }
        if scanner.isAtEnd { return sign * hours * 3600 }
        _ = scanner.take(":")
        guard let minutes = scanner.number(digits: 2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

extension Int64 {
    /// The quotient rounded down, also for negative numbers.
    func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension Instant {
    /// The present, by the machine's clock.
    public static var now: Instant {
        Instant(microsecondsSinceEpoch: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
