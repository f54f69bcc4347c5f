import Foundation
import Rollbook

/// How numbers, dates and times look on a page.
struct CellFormat: Sendable {
    /// The zone in which times are shown.
    let zone: Zone

    /// The sign for a missing value.
    static let nothing = Tag.abbr(.title("no value"), .class("none")) { "–" }

    /// A cell of a declared column.
    func cell(_ value: Value, of column: ColumnDefinition) -> HTML {
        switch value {
        case .null: Self.nothing
        case .integer(let number): .text(column.unit == .count ? Self.grouped(number) : String(number))
        case .decimal(let number): .text(number.paddedDescription)
        case .double(let number): .text(String(number))
        case .text(let text): .name(text)
        case .date(let date): .text(date.description)
        case .instant(let instant): time(instant)
        case .boolean(let flag): .text(flag ? "yes" : "no")
        }
    }

    /// An instant by the clocks of the zone, to the minute; the exact one stands in the markup.
    func time(_ instant: Instant) -> HTML {
        Tag.time(.datetime(instant.description), .title(instant.description)) { clock(instant) }
    }

    /// `2014-03-01 13:05`, by the clocks of the zone.
    func clock(_ instant: Instant) -> String {
        let date = Date(timeIntervalSince1970: Double(instant.secondsSinceEpoch))
        let offset = TimeZone(identifier: zone.identifier)?.secondsFromGMT(for: date) ?? 0
        let local = instant.adding(microseconds: Int64(offset) * 1_000_000).description
        return local.prefix(10) + " " + local.dropFirst(11).prefix(5)
    }

    /// What stands small beside a column's heading: the unit, or the zone of its times.
    func unit(of column: ColumnDefinition) -> String? {
        if column.type == .instant { return zone.identifier }
        switch column.unit {
        case .percent: return "%"
        case .count, nil: return nil
        case .some(let unit): return unit.rawValue
        }
    }

    /// `12,345`.
    static func grouped(_ number: Int64) -> String {
        var digits = String(number.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        groups.insert(digits, at: 0)
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }

    /// How long ago an instant was, in words.
    static func age(of instant: Instant, at now: Instant) -> String {
        let seconds = now.secondsSinceEpoch - instant.secondsSinceEpoch
        let (length, unit): (Int64, String) =
            switch abs(seconds) {
            case ..<60: (1, "second")
            case ..<3600: (60, "minute")
            case ..<172_800: (3600, "hour")
            case ..<63_115_200: (86_400, "day")
            default: (31_557_600, "year")
            }
        let count = abs(seconds) / length
        let span = "\(grouped(count)) \(unit)\(count == 1 ? "" : "s")"
        if seconds < 0 { return "\(span) ahead" }
        return unit == "second" ? "just now" : "\(span) ago"
    }

    /// `avg_grade` as `Avg grade`.
    static func words(_ name: String) -> String {
        let words = name.replacing("_", with: " ").replacing("-", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
