import RollbookModel

/// The present as HTTP writes it (`Sun, 06 Nov 1994 08:49:37 GMT`), written anew once a second.
struct HTTPDateCache {
    private var second: Int64?
    private var text = ""

    /// The present.
    mutating func now() -> String {
        let second = Instant.now.secondsSinceEpoch
        if self.second != second {
            self.second = second
            text = Self.text(of: Instant(secondsSinceEpoch: second))
        }
        return text
    }

    /// An instant, in whole seconds.
    static func text(of instant: Instant) -> String {
        let date = instant.utcDate
        let (year, month, day) = date.components
        // 1970-01-01 was a Thursday.
        let weekday = (Int(date.daysSinceEpoch) % 7 + 11) % 7
        let time = instant.description.dropFirst(11).prefix(8)
        return "\(weekdays[weekday]), \(day < 10 ? "0" : "")\(day) \(months[month - 1]) \(year) \(time) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
