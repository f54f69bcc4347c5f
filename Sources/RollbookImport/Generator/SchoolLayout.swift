/// Who is where in a made-up school: home groups of about 30 students, their classes, subjects and teachers.
///
/// Home groups stand in columns, up to four of one grade side by side. Each student has eight classes, one for each slot
/// of the timetable: five of the core, which the home group takes together, and three electives, for which the
/// students of a grade are mixed. A class is a column and a slot. All of it is computed, nothing is remembered.
struct SchoolLayout: Sendable {
    static let slots = 8
    static let coreSlots = 5
    static let columnsPerGrade = 4
    /// The subjects that a slot for electives offers in a large school.
    static let mostElectives = 12
    /// A slot's classes in eight columns are one department: two teachers share it.
    static let columnsPerDepartment = 8

    let students: Int
    let seed: UInt64
    /// The number of home groups.
    let columns: Int
    private let electivesPerSlot: Int

    init(students: Int, seed: UInt64) {
        self.students = students
        self.seed = seed
        columns = max(1, (students + 15) / 30)
        electivesPerSlot = min(Self.mostElectives, (columns + 1) / 2)
    }

    var classCount: Int { columns * Self.slots }
    /// The core, and the electives: 12, 12 and 11 in a large school, so that there are 40 subjects.
    var subjectCount: Int { Self.coreSlots + (0..<3).reduce(0) { $0 + electives(of: $1) } }
    var teacherCount: Int {
        (0..<departmentRows).reduce(0) { $0 + Self.slots * (hasSecondTeacher(row: $1) ? 2 : 1) }
    }

    // MARK: Students and classes, counted from zero

    /// The home group of a student.
    func homeColumn(of student: Int) -> Int { student * columns / students }

    /// The students of a column's home group, which are neighbours.
    func homeGroup(_ column: Int) -> Range<Int> { firstStudent(of: column)..<firstStudent(of: column + 1) }

    /// The class of a student in a slot.
    func classIndex(of student: Int, slot: Int) -> Int {
        let home = homeColumn(of: student)
        let column = slot < Self.coreSlots ? home : electiveColumn(of: student, home: home, slot: slot)
        return classIndex(column: column, slot)
    }

    func classIndex(column: Int, _ slot: Int) -> Int { column * Self.slots + slot }
    func column(ofClass index: Int) -> Int { index / Self.slots }
    func slot(ofClass index: Int) -> Int { index % Self.slots }

    /// The students of a class, in order.
    func roster(ofClass index: Int) -> [Int] {
        let (column, slot) = (column(ofClass: index), slot(ofClass: index))
        if slot < Self.coreSlots { return Array(homeGroup(column)) }
        return grade(of: column).students.filter { classIndex(of: $0, slot: slot) == index }
    }

    /// The subject of a class.
    func subject(ofClass index: Int) -> Int {
        let slot = slot(ofClass: index)
        guard slot >= Self.coreSlots else { return slot }
        let elective = slot - Self.coreSlots
        let before = (0..<elective).reduce(Self.coreSlots) { $0 + electives(of: $1) }
        return before + column(ofClass: index) % electives(of: elective)
    }

    /// A second class of the first core subjects, which one student in a hundred attends beside their own.
    func secondClass(of student: Int) -> Int? {
        var chance = Chance(seed, .enrollment, student)
        guard columns > 1, chance.happens(perThousand: 10) else { return nil }
        let home = homeColumn(of: student)
        return classIndex(column: home + 1 < columns ? home + 1 : home - 1, chance.below(Self.coreSlots))
    }

    // MARK: Teachers

    /// Who sets a class its assignments.
    func teacher(ofClass index: Int) -> Int {
        let (first, second) = department(ofClass: index)
        guard let second else { return first }
        // How many of the eight classes the first of the two takes.
        var chance = Chance(seed, .teacher, first)
        let share = chance.pick([4, 5, 5, 6, 6, 7, 7, 8])
        return column(ofClass: index) % Self.columnsPerDepartment < share ? first : second
    }

    /// Who teaches a class beside its teacher: in one class of ten, the other one of the department.
    func secondTeacher(ofClass index: Int) -> Int? {
        let (first, second) = department(ofClass: index)
        var chance = Chance(seed, .teacher, -1, index)
        guard let second, chance.happens(perThousand: 100) else { return nil }
        return teacher(ofClass: index) == first ? second : first
    }

    private var departmentRows: Int { (columns + Self.columnsPerDepartment - 1) / Self.columnsPerDepartment }

    /// A row with few classes needs only one teacher for each slot.
    private func hasSecondTeacher(row: Int) -> Bool { columns - row * Self.columnsPerDepartment >= 4 }

    private func department(ofClass index: Int) -> (first: Int, second: Int?) {
        let row = column(ofClass: index) / Self.columnsPerDepartment
        let before = row * Self.slots * 2
        let slot = slot(ofClass: index)
        return hasSecondTeacher(row: row) ? (before + slot * 2, before + slot * 2 + 1) : (before + slot, nil)
    }

    // MARK: Electives

    /// The subjects that the first, second or third slot for electives offers.
    func electives(of slot: Int) -> Int {
        slot == 2 ? min(Self.mostElectives - 1, electivesPerSlot) : electivesPerSlot
    }

    private func firstStudent(of column: Int) -> Int { (column * students + columns - 1) / columns }

    private func grade(of column: Int) -> (columns: Range<Int>, students: Range<Int>) {
        let first = column / Self.columnsPerGrade * Self.columnsPerGrade
        let last = min(first + Self.columnsPerGrade, columns)
        return (first..<last, firstStudent(of: first)..<firstStudent(of: last))
    }

    private static let primes = [211, 223, 227, 229]

    /// Mixes the students of a grade as a prime larger than any grade does: each place is taken once.
    private func electiveColumn(of student: Int, home: Int, slot: Int) -> Int {
        let grade = grade(of: home)
        var chance = Chance(seed, .placement, grade.columns.lowerBound, slot)
        let size = grade.students.count
        let place = ((student - grade.students.lowerBound) * chance.pick(Self.primes) + chance.below(size)) % size
        return grade.columns.lowerBound + place * grade.columns.count / size
    }
}
