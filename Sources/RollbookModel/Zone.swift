import Foundation
import Synchronization

/// A zone of the IANA time zone database, reduced to what calendars need: where its days begin.
///
/// A local date is the stretch of time between two beginnings of days, so that every instant belongs to exactly one date
/// also where a clock is put back over midnight.
public struct Zone: Hashable, Sendable, CustomStringConvertible {
    /// The zone's name in the IANA database, such as `Europe/Berlin`.
    public let identifier: String

    /// Universal time.
    public static let utc = Zone(known: "UTC")

    private init(known identifier: String) { self.identifier = identifier }

    /// The zone of a name in the IANA database, or nil where there is none; `UTC`, `GMT` and `Z` mean universal time.
    public init?(identifier: String) {
        if ["UTC", "utc", "GMT", "Z", "Etc/UTC"].contains(identifier) {
            self = .utc
            return
        }
        // Foundation also takes abbreviations and offsets, whose rules would be a guess, and stops reading at a NUL.
        guard identifier.contains("/"), identifier.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            TimeZone(identifier: identifier) != nil
        else { return nil }
        self.identifier = identifier
    }

    /// The identifier.
    public var description: String { identifier }

    /// Whether days begin at midnight of universal time, always.
    public var isUTC: Bool { self == .utc }

    /// The first instant of a local date.
    public func start(of date: CalendarDate) -> Instant {
        if isUTC { return Instant(startOf: date) }
        return Instant(secondsSinceEpoch: Self.rules(for: identifier).start(ofDay: Int64(date.daysSinceEpoch)))
    }

    /// The local date to which an instant belongs.
    public func date(of instant: Instant) -> CalendarDate {
        if isUTC { return instant.utcDate }
        let utcDay = instant.utcDate
        // No zone is further than a day from universal time.
        var date = utcDay.adding(days: -1)
        while start(of: date.adding(days: 1)) <= instant { date = date.adding(days: 1) }
        return date
    }

    /// A stretch of time in which the zone's local dates are those of universal time so many seconds later.
    public struct Shift: Hashable, Sendable {
        /// The first instant after the stretch.
        public let until: Instant
        /// Seconds east of universal time.
        public let offsetSeconds: Int
    }

    /// The stretches that cover `span`, in order: what engines without the zone's rules need to make local dates.
    ///
    /// Where a clock is put back over midnight, the former offset is kept until the date no longer falls back, so that
    /// the dates agree with ``date(of:)``.
    public func shifts(in span: Range<Instant>) -> [Shift] {
        if isUTC { return [] }
        return Self.rules(for: identifier).shifts(in: span)
    }

    private static let known = Mutex<[String: ZoneRules]>([:])

    static func rules(for identifier: String) -> ZoneRules {
        if let rules = known.withLock({ $0[identifier] }) { return rules }
        let rules = ZoneRules(identifier: identifier)
        known.withLock { $0[identifier] = rules }
        return rules
    }
}

/// A zone's offsets from universal time, as the stretches of time in which each is in force.
struct ZoneRules: Sendable {
    struct Stretch {
        var from: Int64
        var offset: Int64
    }

    /// In order; the first began before anything that is looked at.
    let stretches: [Stretch]

    /// Finds every change of the offset between 1900 and 2200, by looking every five days and halving where two looks
    /// differ; no zone ever had two changes closer together.
    init(identifier: String) {
        let zone = TimeZone(identifier: identifier) ?? .gmt
        func offset(_ seconds: Int64) -> Int64 {
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
        }
        let first = Instant.storable.lowerBound.secondsSinceEpoch - 86_400 * 2
        let last = Instant.storable.upperBound.secondsSinceEpoch + 86_400 * 2
        var found = [Stretch(from: .min / 2, offset: offset(first))]
        var seen = first
        while seen < last {
            let next = seen + 5 * 86_400
            let nextOffset = offset(next)
            if nextOffset != found[found.count - 1].offset {
                var (low, high) = (seen, next)
                while high - low > 1 {
                    let middle = (low + high) / 2
                    if offset(middle) == nextOffset { high = middle } else { low = middle }
                }
                found.append(Stretch(from: high, offset: nextOffset))
            }
            seen = next
        }
        stretches = found
    }

    /// The stretches that cover `span`.
    func shifts(in span: Range<Instant>) -> [Zone.Shift] {
        var found: [Zone.Shift] = []
        for (index, stretch) in stretches.enumerated() {
            var until = Instant(microsecondsSinceEpoch: .max)
            if index + 1 < stretches.count {
                let next = stretches[index + 1]
                let dayBefore = (next.from + stretch.offset - 1).flooredDivision(by: 86_400)
                let isFallingBack = (next.from + next.offset).flooredDivision(by: 86_400) < dayBefore
                until = Instant(secondsSinceEpoch: isFallingBack ? dayBefore * 86_400 - next.offset : next.from)
            }
            guard until > span.lowerBound else { continue }
            found.append(Zone.Shift(until: until, offsetSeconds: Int(stretch.offset)))
            if until >= span.upperBound { break }
        }
        return found
    }

    /// The first second at which the local clock shows the day or a later one.
    func start(ofDay day: Int64) -> Int64 { firstSecond(showing: day * 86_400) }

    /// The first second at which the local clock shows a time or a later one: of a time that comes twice the first, and
    /// of one that the clock passes over the end of the gap.
    ///
    /// - Parameter local: the time, as if it were universal time.
    func firstSecond(showing local: Int64) -> Int64 {
        // The last stretch that surely began before, wherever on Earth.
        for index in self.index(at: local - 86_400 * 2)..<stretches.count {
            let end = index + 1 < stretches.count ? stretches[index + 1].from : .max / 2
            let candidate = max(stretches[index].from, local - stretches[index].offset)
            if candidate < end { return candidate }
        }
        return local
    }

    /// The position of the stretch in which a second lies.
    func index(at seconds: Int64) -> Int {
        var low = 0
        var high = stretches.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if stretches[middle].from <= seconds { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
