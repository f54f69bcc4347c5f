/// One cell of a result: what a query brings home, what a report shows, and what a statement binds.
public enum Value: Hashable, Sendable {
    /// No value.
    case null
    /// A whole number: an id, a count, a sum of hundredths.
    case integer(Int64)
    /// A binary number: only what is never shown, such as a sort key.
    case double(Double)
    /// An exact decimal number.
    case decimal(FixedDecimal)
    /// A text.
    case text(String)
    /// A calendar date.
    case date(CalendarDate)
    /// An instant in UTC.
    case instant(Instant)
    /// True or false.
    case boolean(Bool)

    /// The whole number, where this is one.
    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    /// The text, where this is one.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The instant, where this is one.
    public var instant: Instant? { if case .instant(let instant) = self { instant } else { nil } }
    /// The date, where this is one.
    public var date: CalendarDate? { if case .date(let date) = self { date } else { nil } }
    /// Whether there is no value.
    public var isNull: Bool { self == .null }
}

extension FixedDecimal? {
    /// The decimal as a cell: null where there is none.
    public var value: Value { map(Value.decimal) ?? .null }
}
