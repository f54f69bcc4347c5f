/// A number that says how large something is, or how much it is used.
public struct StoreMeasurement: Hashable, Sendable {
    /// The kind of thing: `table`, `view`, `index`, `cache`, `question`.
    public let kind: String
    /// Which one.
    public let name: String
    /// What was measured: `bytes`, `rows`, `scans`.
    public let measure: String
    /// The number.
    public let value: Int64

    /// Makes one.
    public init(kind: String, name: String, measure: String, value: Int64) {
        self.kind = kind
        self.name = name
        self.measure = measure
        self.value = value
    }
}
