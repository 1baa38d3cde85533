// The workbench with a script: keys, picking rows, drafts, what opens and closes. Every page works without it.
const shell = document.querySelector('.sf-shell')
const inText = (element) => element.matches('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]')
const hasKeyboard = window.matchMedia('(pointer: fine)').matches

// ---- keys: outside of text fields, chosen by the person, off on telephones --------------------------------
const rows = () => [...document.querySelectorAll('[data-row]')]

function step (by) {
  const all = rows()
  const at = all.findIndex((row) => row.contains(document.activeElement))
  const row = all[Math.min(Math.max(at + by, 0), all.length - 1)]
  const link = row?.querySelector('th a, td a')
  if (!link) return
  link.focus()
  row.scrollIntoView({ block: 'nearest' })
}

const acts = {
  find: () => document.getElementById('find')?.select(),
  next: () => step(1),
  previous: () => step(-1),
  pick: () => rows().find((row) => row.contains(document.activeElement))?.querySelector('input[name=pick]')?.click(),
  help: () => window.location.assign(shell.dataset.help)
}

function listen (chosen) {
  const actOf = new Map([...new URLSearchParams(chosen)].map(([name, key]) => [key, acts[name]]))
  let before = ''
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || inText(event.target)) return
    const key = event.key.toLowerCase()
    if (before === 'g' && key === 'd') {
      window.location.assign(shell.dataset.day)
    } else if (actOf.has(key)) {
      event.preventDefault()
      actOf.get(key)()
    }
    before = key
  })
}
if (shell?.dataset.keys && hasKeyboard) listen(shell.dataset.keys)

document.addEventListener('keydown', (event) => {
  const form = event.target.form
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && form?.method === 'post') {
    event.preventDefault()
    form.requestSubmit()
  }
})

// ---- picking rows ------------------------------------------------------------------------------------------
for (const form of document.querySelectorAll('[data-picking]')) {
  const boxes = [...form.querySelectorAll('input[name=pick]')]
  const all = form.querySelector('[data-pick-all]')
  const bar = form.querySelector('.sf-bulk')
  const said = form.querySelector('[data-picked]')
  const show = () => {
    const count = boxes.filter((box) => box.checked).length
    for (const box of boxes) box.closest('tr').classList.toggle('is-picked', box.checked)
    bar.hidden = count === 0
    said.textContent = said.dataset.words.replace('0', count)
    all.checked = count === boxes.length
    all.indeterminate = count > 0 && count < boxes.length
  }
  all.hidden = false
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked
    show()
  })
  form.addEventListener('change', (event) => { if (event.target.name === 'pick') show() })
  show()
}

// ---- drafts: nothing typed is lost to a slip, a double click or a lost line; nothing is written to the disk ----
for (const form of document.querySelectorAll('[data-draft]')) {
  const note = form.querySelector('[data-draft-note]')
  const state = () => new URLSearchParams([...new FormData(form)].filter(([name, value]) =>
    typeof value === 'string' && name !== 'csrfmiddlewaretoken')).toString()
  const opened = state()
  let kept = opened
  let sending = false
  form.addEventListener('focusout', () => {
    kept = state()
    if (note) note.textContent = kept === opened ? '' : note.dataset.unsaved
  })
  form.addEventListener('submit', (event) => {
    if (navigator.onLine) {
      sending = true
      return
    }
    event.preventDefault()
    if (note) note.textContent = form.dataset.offline ?? ''
  })
  window.addEventListener('beforeunload', (event) => {
    if (!sending && state() !== opened) event.preventDefault()
  })
  window.addEventListener('pageshow', () => { sending = false })
}

// ---- long work says so -------------------------------------------------------------------------------------
for (const button of document.querySelectorAll('[data-working]')) {
  button.form.addEventListener('submit', (event) => {
    if (event.submitter !== button) return
    if (button.getAttribute('aria-disabled') === 'true') return event.preventDefault()
    button.setAttribute('aria-disabled', 'true')
    const place = document.createElement('div')
    place.className = 'sf-working'
    place.setAttribute('role', 'status')
    const words = document.createElement('p')
    words.textContent = button.dataset.working
    const bar = document.createElement('progress')
    bar.className = 'sf-progress'
    bar.setAttribute('aria-label', button.dataset.working)
    place.append(words, bar)
    setTimeout(() => button.form.after(place), 400)
  })
}

// ---- what opens and closes ---------------------------------------------------------------------------------
document.addEventListener('click', (event) => {
  for (const opened of document.querySelectorAll('.sf-pop[open]')) if (!opened.contains(event.target)) opened.open = false
})
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const opened of document.querySelectorAll('.sf-pop[open]')) {
    opened.open = false
    opened.querySelector('summary').focus()
  }
  document.getElementById('found')?.replaceChildren()
})

const find = document.querySelector('.sf-top__find')
find?.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const hits = [find.querySelector('input[type=search]'), ...find.querySelectorAll('[data-hit]')]
  const at = hits.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)
  if (!hits[at]) return
  event.preventDefault()
  hits[at].focus()
})

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
document.addEventListener('htmx:afterSwap', () => document.querySelector('[data-focus]')?.focus())
