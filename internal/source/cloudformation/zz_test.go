package cloudformation
import ("testing";"os";"path/filepath";"strings";"time";"fmt";"github.com/surety-cloud/surety/internal/cloud")
func TestCorpus(t *testing.T){
 roots := strings.Fields(os.Getenv("ROOTS"))
 var total time.Duration; n,res,size:=0,0,0
 kinds := map[string]int{}
 for _,root:=range roots { filepath.Walk(root, func(p string, i os.FileInfo, e error) error {
  if i==nil||i.IsDir() {return nil}
  if !strings.HasSuffix(p,".json")&&!strings.HasSuffix(p,"ml")&&!strings.HasSuffix(p,".template") {return nil}
  b,_:=os.ReadFile(p)
  if !Recognise(b) { if os.Getenv("V")!="" {fmt.Println("not:",p)}; return nil }
  s:=time.Now()
  inv := Read(p,b,Options{ReadFile: os.ReadFile})
  d:=time.Since(s); total+=d; n++; res+=len(inv.Resources); size+=len(b)
  for _,pr := range inv.Problems { kinds[fmt.Sprint(pr.Severity)]++; if pr.Severity==cloud.Error || os.Getenv("W")!="" {fmt.Println(pr.Error())} }
  return nil})}
 fmt.Println(n,"templates",size,"bytes",res,"resources",total, kinds)
}
