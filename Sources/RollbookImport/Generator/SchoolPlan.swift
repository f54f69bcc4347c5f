/// What all makers of rows know of the school.
struct SchoolPlan: Sendable {
    let seed: UInt64
    let submissionsPerStudent: Int
    let layout: SchoolLayout
    let calendar: SchoolCalendar
    let marks: SchoolMarks
    /// All students' profiles; they could be computed each time, but are asked for on each of 300 days.
    let profiles: [StudentProfile]

    init(_ school: GeneratedSchool) {
        seed = school.seed
        submissionsPerStudent = school.submissionsPerStudent
        layout = SchoolLayout(students: school.students, seed: school.seed)
        calendar = SchoolCalendar(endsOn: school.endsOn)
        marks = SchoolMarks(seed: school.seed)
        profiles = (0..<school.students).map { StudentProfile(of: $0, seed: school.seed) }
    }
}
