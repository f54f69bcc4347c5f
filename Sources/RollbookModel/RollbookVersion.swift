/// What this Rollbook calls itself.
public enum RollbookVersion {
    /// The version of the program and its libraries.
    public static let current = "0.1.0"
}
